// Axis names and the kinds of elementwise functions, reductions, paddings and interpolations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINAATTRIBUTES_TD
#define DIALECT_LAMINAATTRIBUTES_TD

include "dialect/LaminaDialect.td"

def Lamina_AxesAttr : AttrDef<Lamina_Dialect, "Axes", [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let mnemonic = "axes";
  let summary = "The names of a tensor's axes in memory order, slowest first";
  let description = [{
    `#lamina.axes<batch, s, c>`. `bounds` has one entry an axis: the largest extent of an axis whose extent is known
    only at run time (`n max 13`), else 0. The dimension of such an axis and of `batch` is `?`, every other is static.
  }];
  let parameters = (ins ArrayRefParameter<"::mlir::StringAttr">:$names, ArrayRefParameter<"int64_t">:$bounds);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Lamina_TargetAttr : AttrDef<Lamina_Dialect, "Target"> {
  let mnemonic = "target";
  let summary = "What the planner and the kernel builders know of the processor";
  let description = [{
    Stands on the module as `lamina.target`. Nothing else in the compiler knows an instruction set. Sizes are in bytes;
    `vector_registers` is the number of vector registers, `l2` that of one core.
    `threads`: whether OpenMP code may be made.
  }];
  let parameters = (ins "int64_t":$vector_bytes, "int64_t":$vector_registers, "int64_t":$l1, "int64_t":$l2, "bool":$threads);
  let assemblyFormat = "`<` struct(params) `>`";
}

class Lamina_Enum<string name, string summary, list<I32EnumAttrCase> cases> : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::lamina::ir";
  let genSpecializedAttr = 0;
}
/// Prints with a blank before it: the formats of ops put an empty literal before such an attribute.
class Lamina_EnumAttr<EnumAttrInfo info, string mnemonic> : EnumAttr<Lamina_Dialect, info, mnemonic>;

def Lamina_UnaryKind : Lamina_Enum<"UnaryKind", "an elementwise function of one value", [
  I32EnumAttrCase<"Neg", 0, "neg">, I32EnumAttrCase<"Exp", 1, "exp">, I32EnumAttrCase<"Log", 2, "log">,
  I32EnumAttrCase<"Log1p", 3, "log1p">, I32EnumAttrCase<"Expm1", 4, "expm1">, I32EnumAttrCase<"Sqrt", 5, "sqrt">,
  I32EnumAttrCase<"Rsqrt", 6, "rsqrt">, I32EnumAttrCase<"Abs", 7, "abs">, I32EnumAttrCase<"Sign", 8, "sign">,
  I32EnumAttrCase<"Floor", 9, "floor">, I32EnumAttrCase<"Ceil", 10, "ceil">, I32EnumAttrCase<"Round", 11, "round">,
  I32EnumAttrCase<"Sin", 12, "sin">, I32EnumAttrCase<"Cos", 13, "cos">, I32EnumAttrCase<"Tanh", 14, "tanh">,
  I32EnumAttrCase<"Erf", 15, "erf">, I32EnumAttrCase<"Sigmoid", 16, "sigmoid">, I32EnumAttrCase<"Not", 17, "not">,
  I32EnumAttrCase<"Tan", 18, "tan">, I32EnumAttrCase<"Sinh", 19, "sinh">, I32EnumAttrCase<"Cosh", 20, "cosh">,
  I32EnumAttrCase<"Relu", 21, "relu">, I32EnumAttrCase<"Softplus", 22, "softplus">,
  I32EnumAttrCase<"IsNan", 23, "isnan">]>;
def Lamina_UnaryKindAttr : Lamina_EnumAttr<Lamina_UnaryKind, "unary_kind">;

def Lamina_BinaryKind : Lamina_Enum<"BinaryKind", "an elementwise function of two values", [
  I32EnumAttrCase<"Add", 0, "add">, I32EnumAttrCase<"Sub", 1, "sub">, I32EnumAttrCase<"Mul", 2, "mul">,
  I32EnumAttrCase<"Div", 3, "div">, I32EnumAttrCase<"FloorDiv", 4, "floordiv">, I32EnumAttrCase<"Mod", 5, "mod">,
  I32EnumAttrCase<"Pow", 6, "pow">, I32EnumAttrCase<"Min", 7, "min">, I32EnumAttrCase<"Max", 8, "max">,
  I32EnumAttrCase<"And", 9, "and">, I32EnumAttrCase<"Or", 10, "or">, I32EnumAttrCase<"Xor", 11, "xor">,
  I32EnumAttrCase<"ShiftLeft", 12, "shift_left">, I32EnumAttrCase<"ShiftRight", 13, "shift_right">,
  I32EnumAttrCase<"Eq", 14, "eq">, I32EnumAttrCase<"Ne", 15, "ne">, I32EnumAttrCase<"Lt", 16, "lt">,
  I32EnumAttrCase<"Le", 17, "le">, I32EnumAttrCase<"Gt", 18, "gt">, I32EnumAttrCase<"Ge", 19, "ge">]>;
def Lamina_BinaryKindAttr : Lamina_EnumAttr<Lamina_BinaryKind, "binary_kind">;

def Lamina_ReduceKind : Lamina_Enum<"ReduceKind", "a reduction over axes", [
  I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Mean", 1, "mean">, I32EnumAttrCase<"Max", 2, "max">,
  I32EnumAttrCase<"Min", 3, "min">, I32EnumAttrCase<"Prod", 4, "prod">, I32EnumAttrCase<"Var", 5, "var">,
  I32EnumAttrCase<"Any", 6, "any">, I32EnumAttrCase<"All", 7, "all">, I32EnumAttrCase<"LogSumExp", 8, "logsumexp">,
  I32EnumAttrCase<"Norm", 9, "norm">, I32EnumAttrCase<"ArgMax", 10, "argmax">]>;
def Lamina_ReduceKindAttr : Lamina_EnumAttr<Lamina_ReduceKind, "reduce_kind">;

def Lamina_PadMode : Lamina_Enum<"PadMode", "what a padded cell holds", [
  I32EnumAttrCase<"Fill", 0, "fill">, I32EnumAttrCase<"Reflect", 1, "reflect">, I32EnumAttrCase<"Edge", 2, "edge">,
  I32EnumAttrCase<"Circular", 3, "circular">]>;
def Lamina_PadModeAttr : Lamina_EnumAttr<Lamina_PadMode, "pad_mode">;

def Lamina_ResizeMode : Lamina_Enum<"ResizeMode", "an interpolation", [
  I32EnumAttrCase<"Nearest", 0, "nearest">, I32EnumAttrCase<"Linear", 1, "linear">,
  I32EnumAttrCase<"Bicubic", 2, "bicubic">]>;
def Lamina_ResizeModeAttr : Lamina_EnumAttr<Lamina_ResizeMode, "resize_mode">;

def Lamina_CumulateKind : Lamina_Enum<"CumulateKind", "a running reduction", [
  I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Prod", 1, "prod">]>;
def Lamina_CumulateKindAttr : Lamina_EnumAttr<Lamina_CumulateKind, "cumulate_kind">;

def Lamina_RandomKind : Lamina_Enum<"RandomKind", "a distribution to draw an initial value from", [
  I32EnumAttrCase<"Uniform", 0, "uniform">, I32EnumAttrCase<"Normal", 1, "normal">,
  I32EnumAttrCase<"TruncatedNormal", 2, "truncated_normal">, I32EnumAttrCase<"Orthogonal", 3, "orthogonal">]>;
def Lamina_RandomKindAttr : Lamina_EnumAttr<Lamina_RandomKind, "random_kind">;

def Lamina_DrawKind : Lamina_Enum<"DrawKind", "a distribution that a training step draws from", [
  I32EnumAttrCase<"Uniform", 0, "uniform">, I32EnumAttrCase<"Normal", 1, "normal">]>;
def Lamina_DrawKindAttr : Lamina_EnumAttr<Lamina_DrawKind, "draw_kind">;

#endif // DIALECT_LAMINAATTRIBUTES_TD
