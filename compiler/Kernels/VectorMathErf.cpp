// The error function: a polynomial below 1, 1 - e^(polynomial) above. Minimax fits by Remez's
// exchange in 300-bit arithmetic.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/VectorMathEmit.h"

using namespace mlir;

namespace lamina::kernels {

/// erf(x) / x - 1 in x², |x| <= 1; errors 2^-29 (f32), 2^-62 (f64).
static constexpr double kErfSingle[] = {
    0.12837916612625122,  -0.3761262595653534,    0.1128358393907547,   -0.0268537700176239,
    0.005188234616070986, -0.0008009278681129217, 7.850527617847547e-05};
static constexpr double kErfDouble[] = {
    0.1283791670955126,     -0.3761263890318375,    0.11283791670954832,    -0.026866170645067963,
    0.005223977624731096,   -0.0008548326975784993, 0.00012055330925721909, -1.4925590760451422e-05,
    1.6460927636242992e-06, -1.634953509935919e-07, 1.465451319353657e-08,  -1.1352400079910808e-09,
    5.922422480982834e-11};

/// log(1 - erf(x)) on [1, 4] (f32) and [1, 6] (f64); beyond, erf is 1. Errors of erf 2^-35, 2^-66.
static constexpr double kLogErfcSingle[] = {
    0.00018802394333761185, -1.1295783519744873,   -0.6332200169563293,   -0.10841843485832214,
    0.02520816959440708,    -0.004204530268907547, 0.0004413302813190967, -2.1686351828975603e-05};
static constexpr double kLogErfcDouble[] = {
    2.6704471708704996e-08,  -1.128379507979942,      -0.636617714854174,
    -0.10278041621770127,    0.01914939433120637,     0.00016701510759198048,
    -0.0016299844142450945,  0.0005070947979973371,   5.8530216584847174e-05,
    -0.00013463937062757863, 7.744359726862667e-05,   -2.977718105233437e-05,
    8.723043225665724e-06,   -2.0232125366598007e-06, 3.7477434658242674e-07,
    -5.5056677723111876e-08, 6.288739388771246e-09,   -5.391555055088119e-10,
    3.265425431501701e-11,   -1.245571701376204e-12,  2.249438440550869e-14};

Value emitErf(Emit &e, Value x) {
  Value size = e.abs(x);
  Value most = e.number(e.pick(4, 6));
  size = e.select(e.less(most, size), most, size);
  Value square = e.mul(size, size);
  Value near = e.fma(size, e.polynomial(square, e.pick(kErfSingle, kErfDouble)), size);
  Value logErfc = e.polynomial(size, e.pick(kLogErfcSingle, kLogErfcDouble));
  Value far = e.sub(e.number(1), emitNormalExp(e, logErfc));
  return e.copySign(e.select(e.less(size, e.number(1)), near, far), x);
}

} // namespace lamina::kernels
