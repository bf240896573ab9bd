// The C header of a compiled model.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/AbiFunctions.h"

#include "lamina/abi.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace lamina::codegen {

/// The text of lamina/abi.h, embedded when Lamina is built.
extern const char abiHeaderText[];

std::string symbolName(const std::string &model) {
  static const StringSet<> keywords{
      "auto",   "bool",   "break",  "case", "catch",   "char",     "class",   "const",
      "delete", "do",     "double", "else", "enum",    "explicit", "export",  "extern",
      "float",  "for",    "friend", "goto", "if",      "inline",   "int",     "long",
      "new",    "or",     "and",    "not",  "return",  "short",    "signed",  "sizeof",
      "static", "struct", "switch", "this", "throw",   "try",      "typedef", "union",
      "using",  "void",   "while",  "xor",  "default", "register", "virtual"};
  std::string symbol;
  for (size_t i = 0; i < model.size(); ++i) {
    bool begins = isUpper(model[i]) && i > 0 && isLower(model[i - 1]);
    if (begins)
      symbol += '_';
    symbol += toLower(model[i]);
  }
  return keywords.contains(symbol) ? symbol + "_" : symbol;
}

static StringRef cType(int32_t dtype) {
  switch (dtype) {
  case LAMINA_F32:
    return "float";
  case LAMINA_F64:
    return "double";
  case LAMINA_I8:
    return "int8_t";
  case LAMINA_I32:
    return "int32_t";
  case LAMINA_I64:
    return "int64_t";
  case LAMINA_BF16:
  case LAMINA_F16:
    return "uint16_t";
  default:
    return "uint8_t";
  }
}

static std::string shapeText(const ValueInterface &value, const ModelInterface &model) {
  std::string text = "[";
  for (auto [i, extent] : enumerate(value.shape)) {
    text += i ? ", " : "";
    if (extent == LAMINA_BATCH)
      text += "batch";
    else if (extent < 0)
      text += model.extents[-2 - extent].name;
    else
      text += std::to_string(extent);
  }
  return text + "]";
}

/// What stands in a `/* … */` comment must not end it.
static std::string commentText(StringRef text) {
  std::string safe;
  for (char c : text)
    safe += c == '*' || c == '\\' || static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  return safe;
}

/// The names of the parameters of `run`: an output that gives an input's next value is `next_…`,
/// and what no C identifier may hold (`fc1.weight`) is an underscore.
static std::vector<std::string> identifiers(const ModelInterface &model) {
  std::vector<std::string> names;
  auto add = [&](std::string name) {
    for (char &c : name)
      if (!isAlnum(c))
        c = '_';
    while (is_contained(names, name))
      name += "_";
    names.push_back(name);
  };
  for (const ValueInterface &value : model.inputs)
    add(value.name);
  for (const ValueInterface &value : model.outputs) {
    bool isNext = any_of(model.inputs, [&](const auto &input) { return input.name == value.name; });
    add((isNext ? "next_" : "") + value.name);
  }
  return names;
}

/// A training step has an argument for each slot: it can be called with an array of them too.
static void printInvoke(raw_ostream &out, const ModelInterface &model) {
  if (!model.hasInvoke)
    return;
  out << "\n/* " << model.symbol
      << "_run with its arguments in an array: packed, the inputs and the "
      << "outputs in the order of\n * " << model.symbol
      << "_info(), the address of `batch` (an int64_t: 1), the workspace. An output with the name "
         "of an\n"
         " * input is its next value and may be the same array. */\n"
      << "int " << model.symbol << "_invoke(void **arguments);\n";
}

static void printRun(raw_ostream &out, const ModelInterface &model) {
  std::vector<std::string> names = identifiers(model);
  size_t next = 0;
  out << "/* Runs `batch` samples, each as if alone. Re-entrant; allocates nothing; the workspace "
         "is the caller's.\n";
  for (const ValueInterface &value : model.inputs)
    out << " *   in   " << names[next++] << "  " << shapeText(value, model) << ", C order\n";
  for (const ValueInterface &value : model.outputs)
    out << " *   out  " << names[next++] << "  " << shapeText(value, model) << ", C order\n";
  next = 0;
  if (model.embedded.empty())
    out << " *   packed     what " << model.symbol << "_pack made\n";
  else
    out << " *   packed     ignored, may be null: the weights lie in the object\n";
  for (const ExtentInterface &extent : model.extents)
    out << " *   " << extent.name << "          from 0 to " << extent.bound << "\n";
  out << " *   workspace  " << model.symbol << "_workspace_bytes(batch) bytes, best aligned to 64\n"
      << " * Gives a lamina_status. Arrays must not overlap. */\n";
  out << "int " << model.symbol << "_run(const void *packed";
  for (const ValueInterface &value : model.inputs)
    out << ", const " << cType(value.dtype) << " *" << names[next++];
  for (const ValueInterface &value : model.outputs)
    out << ", " << cType(value.dtype) << " *" << names[next++];
  out << ", int64_t batch";
  for (const ExtentInterface &extent : model.extents)
    out << ", int64_t " << extent.name;
  out << ", void *workspace);\n";
}

std::string printHeader(const ModelInterface &model) {
  std::string text;
  raw_string_ostream out(text);
  std::string guard = "LAMINA_MODEL_" + StringRef(model.symbol).upper() + "_H";
  const std::string &symbol = model.symbol;
  out << "/* " << commentText(model.name) << ", compiled by Lamina " << model.version << " for "
      << model.target << ".\n";
  if (!model.doc.empty())
    out << " * " << commentText(model.doc) << "\n";
  if (model.isVersioned)
    out << " * It holds a version for each of these CPUs and runs the best that the processor can. "
           "Packed weights are for\n"
        << " * one version; on a processor that runs none, pack and run give "
           "LAMINA_UNSUPPORTED_CPU.\n";
  out << " *\n * Call " << symbol << "_pack once with the named weights, then " << symbol
      << "_run as often as you like.\n */\n"
      << "#ifndef " << guard << "\n#define " << guard << "\n\n"
      << abiHeaderText << "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
      << "/* Names, shapes, sizes, version, target. */\nconst lamina_model_info *" << symbol
      << "_info(void);\n\n"
      << "/* The size of the packed weights: " << (model.isVersioned ? "at most " : "")
      << model.packedBytes << (model.isVersioned ? "; the processor decides" : "")
      << ". */\nint64_t " << symbol << "_weights_bytes(void);\n\n"
      << "/* Packs `n` named tensors into `packed`, " << symbol
      << "_weights_bytes() bytes, best aligned to 64. The result may be\n"
      << " * saved, mapped read-only and shared. Gives a lamina_status. */\n"
      << "int " << symbol << "_pack(const lamina_tensor *tensors, int64_t n, void *packed);\n\n"
      << "/* The scratch memory that a run of `batch` samples needs: at most "
      << std::max(model.workspaceOne, model.workspaceRows) * std::max<int64_t>(1, model.threads)
      << " bytes. */\n"
      << "int64_t " << symbol << "_workspace_bytes(int64_t batch);\n\n";
  printRun(out, model);
  printInvoke(out, model);
  out << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif /* " << guard << " */\n";
  return text;
}

} // namespace lamina::codegen
