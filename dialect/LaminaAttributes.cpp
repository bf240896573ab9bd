// The spelling and the invariants of `#lamina.axes`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Lamina.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace lamina::ir;

static ParseResult parseAxis(AsmParser &parser, SmallVectorImpl<StringAttr> &names,
                             SmallVectorImpl<int64_t> &bounds) {
  std::string name;
  int64_t bound = 0;
  if (parser.parseKeywordOrString(&name))
    return failure();
  SMLoc place = parser.getCurrentLocation();
  if (succeeded(parser.parseOptionalKeyword("max"))) {
    if (parser.parseInteger(bound))
      return failure();
    if (bound < 1)
      return parser.emitError(place)
             << "axis '" << name << "' has the bound " << bound << "; a bound is at least 1";
  }
  names.push_back(StringAttr::get(parser.getContext(), name));
  bounds.push_back(bound);
  return success();
}

Attribute AxesAttr::parse(AsmParser &parser, Type) {
  SmallVector<StringAttr> names;
  SmallVector<int64_t> bounds;
  SMLoc place = parser.getCurrentLocation();
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::LessGreater,
                                     [&] { return parseAxis(parser, names, bounds); }))
    return {};
  return getChecked([&] { return parser.emitError(place); }, parser.getContext(),
                    ArrayRef<StringAttr>(names), ArrayRef<int64_t>(bounds));
}

void AxesAttr::print(AsmPrinter &printer) const {
  printer << '<';
  llvm::interleaveComma(llvm::zip_equal(getNames(), getBounds()), printer, [&](auto axis) {
    auto [name, bound] = axis;
    printer.printKeywordOrString(name.getValue());
    if (bound != 0)
      printer << " max " << bound;
  });
  printer << '>';
}

LogicalResult AxesAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               ArrayRef<StringAttr> names, ArrayRef<int64_t> bounds) {
  if (names.size() != bounds.size())
    return emitError() << names.size() << " axes have " << bounds.size() << " bounds";
  llvm::StringSet<> seen;
  for (auto [name, bound] : llvm::zip_equal(names, bounds)) {
    if (name.getValue().empty())
      return emitError() << "an axis has an empty name";
    if (!seen.insert(name.getValue()).second)
      return emitError() << "two axes are named '" << name.getValue() << "'";
    if (bound < 0)
      return emitError() << "axis '" << name.getValue() << "' has the bound " << bound
                         << "; a bound is at least 1";
  }
  return success();
}

LogicalResult AxesAttr::verifyEncoding(ArrayRef<int64_t> shape, Type,
                                       function_ref<InFlightDiagnostic()> emitError) const {
  if (shape.size() != getNames().size())
    return emitError() << "a tensor of " << shape.size() << " dimensions names "
                       << getNames().size() << " axes";
  for (auto [name, bound, extent] : llvm::zip_equal(getNames(), getBounds(), shape)) {
    StringRef axis = name.getValue();
    bool isDynamic = ShapedType::isDynamic(extent);
    if (!isDynamic && bound != 0)
      return emitError() << "axis '" << axis << "' has the bound " << bound
                         << " and the static extent " << extent << "; it can have only one";
  }
  return success();
}
