// The textual form of the ops with named block arguments: `model`, `repeat`, `kernel`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Lamina.h"

using namespace mlir;
using namespace lamina::ir;

using Argument = OpAsmParser::Argument;

// --- model ---------------------------------------------------------------------------------------

void ModelOp::getAsmBlockArgumentNames(Region &region, OpAsmSetValueNameFn setName) {
  for (auto [argument, name] :
       llvm::zip(region.getArguments(), getInputNames().getAsRange<StringAttr>()))
    setName(argument, name.getValue());
}

/// `shared %x : type as "name"`; the name is left out where it is the one in the text.
static ParseResult parseInput(OpAsmParser &parser, SmallVectorImpl<Argument> &arguments,
                              SmallVectorImpl<Attribute> &names, SmallVectorImpl<bool> &shared) {
  shared.push_back(succeeded(parser.parseOptionalKeyword("shared")));
  if (parser.parseArgument(arguments.emplace_back(), /*allowType=*/true))
    return failure();
  std::string name = arguments.back().ssaName.name.drop_front().str();
  if (succeeded(parser.parseOptionalKeyword("as")) && parser.parseString(&name))
    return failure();
  names.push_back(parser.getBuilder().getStringAttr(name));
  return success();
}

ParseResult ModelOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  StringAttr symbol;
  SmallVector<Argument> arguments;
  SmallVector<Attribute> inputs, outputs;
  SmallVector<bool> shared;
  SmallVector<Type> types;
  if (parser.parseSymbolName(symbol, getSymNameAttrName(result.name), result.attributes) ||
      parser.parseCommaSeparatedList(
          AsmParser::Delimiter::Paren,
          [&] { return parseInput(parser, arguments, inputs, shared); }) ||
      parser.parseArrow())
    return failure();
  SMLoc place = parser.getCurrentLocation();
  auto parseOutput = [&]() -> ParseResult {
    std::string name;
    if (parser.parseKeywordOrString(&name))
      return failure();
    outputs.push_back(builder.getStringAttr(name));
    return parser.parseColonType(types.emplace_back());
  };
  Region *body = result.addRegion();
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, parseOutput) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      parser.parseRegion(*body, arguments))
    return failure();
  result.addAttribute(getInputNamesAttrName(result.name), builder.getArrayAttr(inputs));
  result.addAttribute(getSharedAttrName(result.name), builder.getDenseBoolArrayAttr(shared));
  result.addAttribute(getOutputNamesAttrName(result.name), builder.getArrayAttr(outputs));
  auto yield =
      body->empty() || body->front().empty() ? YieldOp() : dyn_cast<YieldOp>(body->front().back());
  if (yield && !llvm::equal(yield.getOperandTypes(), types))
    return parser.emitError(place) << "the outputs' types differ from those that the body yields";
  return success();
}

void ModelOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  printer.printSymbolName(getSymName());
  printer << '(';
  llvm::interleaveComma(llvm::seq<unsigned>(0, getBody().getNumArguments()), printer,
                        [&](unsigned i) {
                          BlockArgument argument = getBody().getArgument(i);
                          StringRef name = cast<StringAttr>(getInputNames()[i]).getValue();
                          if (getShared()[i])
                            printer << "shared ";
                          printer.printRegionArgument(argument);
                          std::string text;
                          llvm::raw_string_ostream stream(text);
                          printer.printOperand(argument, stream);
                          if (StringRef(text).drop_front() != name) {
                            printer << " as ";
                            printer.printString(name);
                          }
                        });
  printer << ") -> (";
  auto yield = cast<YieldOp>(getBody().front().getTerminator());
  llvm::interleaveComma(
      llvm::zip_equal(getOutputNames(), yield.getOperandTypes()), printer, [&](auto output) {
        printer.printKeywordOrString(cast<StringAttr>(std::get<0>(output)).getValue());
        printer << ": " << std::get<1>(output);
      });
  printer << ')';
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(),
                                           {getSymNameAttrName(), getInputNamesAttrName(),
                                            getSharedAttrName(), getOutputNamesAttrName()});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

// --- bindings: `(%argument = %operand : type, …)` ------------------------------------------------

/// What a list of bindings says; the arguments have no types yet.
struct Bindings {
  SmallVector<Argument> arguments;
  SmallVector<OpAsmParser::UnresolvedOperand> operands;
  SmallVector<Type> types;
  SMLoc place;

  ParseResult parse(OpAsmParser &parser) {
    place = parser.getCurrentLocation();
    return parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, [&]() -> ParseResult {
      return failure(parser.parseArgument(arguments.emplace_back()) || parser.parseEqual() ||
                     parser.parseOperand(operands.emplace_back()) ||
                     parser.parseColonType(types.emplace_back()));
    });
  }
  ParseResult resolve(OpAsmParser &parser, OperationState &result) {
    return parser.resolveOperands(operands, types, place, result.operands);
  }
};

static void printBindings(OpAsmPrinter &printer, Block::BlockArgListType arguments,
                          OperandRange operands) {
  printer << '(';
  llvm::interleaveComma(llvm::zip_equal(arguments, operands), printer, [&](auto binding) {
    printer.printRegionArgument(std::get<0>(binding), {}, /*omitType=*/true);
    printer << " = " << std::get<1>(binding) << " : " << std::get<1>(binding).getType();
  });
  printer << ')';
}

// --- repeat --------------------------------------------------------------------------------------

/// Gives the slices their types: those of the stacked tensors without the repeat's axis.
static ParseResult typeSlices(OpAsmParser &parser, Bindings &stacked, StringRef name) {
  for (auto [argument, type] : llvm::zip_equal(stacked.arguments, stacked.types)) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!axesOf(type) || !hasAxis(tensor, name))
      return parser.emitError(stacked.place)
             << "a stacked tensor of type " << type << " lacks the axis '" << name << "'";
    argument.type = withoutAxis(tensor, name);
  }
  return success();
}

ParseResult RepeatOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  StringAttr name;
  IntegerAttr count;
  Bindings carried, stacked;
  Argument index;
  if (parser.parseAttribute(name, getNameAttrName(result.name), result.attributes) ||
      parser.parseAttribute(count, builder.getI64Type(), getCountAttrName(result.name),
                            result.attributes) ||
      parser.parseKeyword("carried") || carried.parse(parser) || parser.parseKeyword("stacked") ||
      stacked.parse(parser) || parser.parseKeyword("index") || parser.parseArgument(index) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      parser.parseOptionalArrowTypeList(result.types) ||
      typeSlices(parser, stacked, name.getValue()))
    return failure();
  index.type = scalarType(builder.getI64Type());
  for (auto [argument, type] : llvm::zip_equal(carried.arguments, carried.types))
    argument.type = type;
  SmallVector<Argument> arguments = {index};
  llvm::append_range(arguments, carried.arguments);
  llvm::append_range(arguments, stacked.arguments);
  int32_t sizes[] = {int32_t(carried.operands.size()), int32_t(stacked.operands.size())};
  result.getOrAddProperties<Properties>().operandSegmentSizes = {sizes[0], sizes[1]};
  return failure(carried.resolve(parser, result) || stacked.resolve(parser, result) ||
                 parser.parseRegion(*result.addRegion(), arguments));
}

void RepeatOp::print(OpAsmPrinter &printer) {
  auto arguments = getBody().getArguments();
  printer << ' ' << getNameAttr() << ' ' << getCount() << " carried";
  printBindings(printer, arguments.slice(1, getCarried().size()), getCarried());
  printer << " stacked";
  printBindings(printer, arguments.drop_front(1 + getCarried().size()), getStacked());
  printer << " index ";
  printer.printRegionArgument(arguments[0], {}, /*omitType=*/true);
  printer.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(), {getNameAttrName(), getCountAttrName(), getOperandSegmentSizeAttr()});
  printer.printOptionalArrowTypeList(getResultTypes());
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

// --- kernel --------------------------------------------------------------------------------------

ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &result) {
  KernelKindAttr kind;
  Bindings inputs;
  if (parser.parseCustomAttributeWithFallback(kind, Type(), getKindAttrName(result.name),
                                              result.attributes) ||
      inputs.parse(parser) || parser.parseOptionalArrowTypeList(result.types))
    return failure();
  DictionaryAttr plan;
  if (succeeded(parser.parseOptionalKeyword("plan")) &&
      parser.parseAttribute(plan, getPlanAttrName(result.name), result.attributes))
    return failure();
  for (auto [argument, type] : llvm::zip_equal(inputs.arguments, inputs.types))
    argument.type = type;
  return failure(parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
                 inputs.resolve(parser, result) ||
                 parser.parseRegion(*result.addRegion(), inputs.arguments));
}

void KernelOp::print(OpAsmPrinter &printer) {
  printer.printStrippedAttrOrType(getKindAttr());
  printer << ' ';
  printBindings(printer, getBody().getArguments(), getInputs());
  printer.printOptionalArrowTypeList(getResultTypes());
  if (getPlanAttr())
    printer << " plan " << getPlanAttr();
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(),
                                           {getKindAttrName(), getPlanAttrName()});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}
