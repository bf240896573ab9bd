// Weight maps: parsing, matching, loading and the way back.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/ArrayOps.h"
#include "lamina/Weights.h"

#include <cstring>
#include <gtest/gtest.h>
#include <unistd.h>

using namespace lamina::runtime;

namespace {

std::string parseError(const std::string &text) {
  Result<WeightMap> map = WeightMap::parse("a.map", text);
  return map ? "parsed" : map.error();
}

TEST(WeightMap, TellsLineAndColumn) {
  EXPECT_EQ(parseError("# note\n\na -> b\nfoo\n"),
            "a.map:4:4: error: a rule needs '->' between their name and ours");
  EXPECT_EQ(parseError("a -> b turn\n"), "a.map:1:8: error: unknown transformation 'turn'; there "
                                         "are reshape, transpose, permute, split, "
                                         "stack, flip, slice, squeeze, unsqueeze and negate");
  EXPECT_EQ(parseError("a.{x -> b"), "a.map:1:3: error: a '{' without its '}'");
  EXPECT_EQ(parseError("a.x} -> b"), "a.map:1:4: error: a '}' without its '{'");
  EXPECT_EQ(parseError(" -> b"), "a.map:1:2: error: their name is missing before '->'");
  EXPECT_EQ(parseError("a ->  "), "a.map:1:5: error: our name is missing after '->'");
  EXPECT_EQ(parseError("a -> b split(0)"), "a.map:1:8: error: 'split' is written split(axis, n)");
  EXPECT_EQ(parseError("a -> b reshape(x)"), "a.map:1:16: error: an integer is wanted here");
  EXPECT_EQ(parseError("a -> b negate negate"),
            "a.map:1:15: error: '|' is wanted between transformations");
  EXPECT_EQ(parseError("a -> b negate |"),
            "a.map:1:16: error: a transformation is missing after '|'");
  EXPECT_EQ(parseError("a -> {q,k} split(0, 3)"),
            "a.map:1:12: error: 'split' gives 3 pieces, but our name lists 2");
  EXPECT_EQ(
      parseError("a -> b split(0, 3)"),
      "a.map:1:8: error: 'split' needs a hole in our name that theirs lacks, such as {q,k,v}");
  EXPECT_EQ(parseError("a -> b stack(0)"), "a.map:1:8: error: 'stack' joins several tensors, but "
                                           "their name has no hole that ours lacks");
  EXPECT_EQ(parseError("{q,k}.w -> b"),
            "a.map:1:13: error: their name stands for several tensors; 'stack(axis)' joins them");
  EXPECT_EQ(parseError("a -> ignore negate"),
            "a.map:1:13: error: an ignored tensor takes no transformation");
  EXPECT_EQ(parseError("value(x) -> b"),
            "a.map:1:7: error: 'value' takes a number, as in value(3)");
  EXPECT_NE(parseError("a.{i*i} -> b.{i}").find("is neither a name nor a sum"), std::string::npos);
  EXPECT_EQ(parseError("a.{2*i+1} -> b.{i}  # odd ones\r\n"), "parsed");
}

bool matches(const std::string &pattern, const std::string &name, Bindings &bindings) {
  size_t column = 0;
  Result<NamePattern> parsed = NamePattern::parse(pattern, column);
  return parsed && parsed->match(name, bindings);
}

TEST(NamePattern, Matches) {
  Bindings b;
  EXPECT_TRUE(matches("blocks.{i}.fc{k}.{p}", "blocks.3.fc1.weight", b));
  EXPECT_EQ(b, (Bindings{{"i", "3"}, {"k", "1"}, {"p", "weight"}}));
  b.clear();
  EXPECT_FALSE(matches("blocks.{i}.w", "blocks.3.x.w", b));
  EXPECT_TRUE(matches("{x..}.w", "blocks.3.x.w", b));
  EXPECT_EQ(b["x"], "blocks.3.x");
  b.clear();
  EXPECT_FALSE(matches("{x}.{x}", "a.b", b));
  EXPECT_TRUE(matches("{x}.{x}", "a.a", b));
  b.clear();
  EXPECT_TRUE(matches("net.{2*i+1}", "net.5", b));
  EXPECT_EQ(b["i"], "2");
  b.clear();
  EXPECT_FALSE(matches("net.{2*i+1}", "net.4", b));
  EXPECT_FALSE(matches("net.{2*i+1}", "net.05", b));
  EXPECT_TRUE(matches("attn.{q, k, v}.w", "attn.k.w", b));
  EXPECT_EQ(b["{}"], "1");
}

TEST(NamePattern, ManyHolesTakeNoTime) {
  Bindings b;
  EXPECT_FALSE(matches("{a..}x{b..}x{c..}x{d..}x{e..}x{f..}y", std::string(4000, 'x'), b));
}

Array numbers(Shape shape) {
  Result<Array> array = Array::create(ElementType::F32, std::move(shape));
  for (int64_t i = 0; i < array->size(); ++i)
    array->as<float>()[i] = float(i);
  return std::move(*array);
}

/// A file of the tensors, in memory.
Safetensors fileOf(const std::vector<OwnedArray> &arrays) {
  const std::string path =
      testing::TempDir() + "map." + std::to_string(::getpid()) + ".safetensors";
  std::vector<NamedArray> named;
  for (const OwnedArray &array : arrays)
    named.push_back({array.name, &array.array});
  EXPECT_TRUE(writeSafetensors(path, named));
  Result<Input> input = Input::open(path);
  Result<Safetensors> file = Safetensors::open(Input::fromMemory("w", *input->readAll()));
  ::unlink(path.c_str());
  return std::move(*file);
}

std::vector<OwnedArray> theirs() {
  std::vector<OwnedArray> arrays;
  arrays.push_back({"stem.proj.weight", numbers({4, 3, 2, 2})});
  arrays.push_back({"blocks.0.attn.qkv.weight", numbers({6, 2})});
  arrays.push_back({"encoder/layer_0/kernel", numbers({2, 3})});
  arrays.push_back({"experts.0.w", numbers({2})});
  arrays.push_back({"experts.1.w", std::move(*negate(numbers({2})))});
  arrays.push_back({"head.scale", numbers({1})});
  arrays.push_back({"norm.num_batches_tracked", numbers({1})});
  arrays.push_back({"same", numbers({1, 5, 1})});
  return arrays;
}

const char *kMap = "stem.proj.weight          -> stem.weight                  reshape(4, -1)\n"
                   "blocks.{i}.attn.qkv.weight -> blocks.{i}.{q,k,v}.weight  split(0, 3)\n"
                   "encoder/layer_{i}/kernel  -> blocks.{i}.fc.weight         transpose\n"
                   "experts.{e}.w             -> experts.w                    stack(0) | flip(1)\n"
                   "value(3)                  -> scale\n"
                   "head.scale                -> ignore\n";

std::vector<ParameterSpec> ours() {
  return {{"stem.weight", ElementType::F32, {4, 12}, false},
          {"blocks.0.q.weight", ElementType::F32, {2, 2}, false},
          {"blocks.0.k.weight", ElementType::F32, {2, 2}, false},
          {"blocks.0.v.weight", ElementType::F32, {2, 2}, false},
          {"blocks.0.fc.weight", ElementType::F32, {3, 2}, false},
          {"experts.w", ElementType::F32, {2, 2}, false},
          {"scale", ElementType::F32, {2}, false},
          {"same", ElementType::F32, {5}, false},
          {"computed", ElementType::F32, {7}, true}};
}

TEST(Weights, LoadThroughAMapAndBack) {
  const std::vector<OwnedArray> source = theirs();
  const Safetensors file = fileOf(source);
  Result<WeightMap> map = WeightMap::parse("a.map", kMap);
  ASSERT_TRUE(map) << map.error();
  const std::vector<ParameterSpec> parameters = ours();
  auto loaded = loadWeights(file, parameters, {&*map});
  ASSERT_TRUE(loaded) << loaded.error();
  EXPECT_EQ((*loaded)[2]->valueAt(0), 4); // k is the second third of qkv
  EXPECT_EQ((*loaded)[4]->valueAt(1), 3); // transposed
  EXPECT_EQ((*loaded)[5]->valueAt(0), 1); // stacked, then flipped
  EXPECT_EQ((*loaded)[5]->valueAt(2), -1);
  EXPECT_EQ((*loaded)[6]->valueAt(1), 3);
  EXPECT_FALSE((*loaded)[8]);

  std::vector<NamedArray> named;
  for (size_t i = 0; i + 1 < parameters.size(); ++i)
    named.push_back({parameters[i].path, &*(*loaded)[i]});
  auto back = mapBack(named, *map, &file);
  ASSERT_TRUE(back) << back.error();
  for (const OwnedArray &array : *back) {
    const TensorEntry *entry = file.find(array.name);
    ASSERT_TRUE(entry) << array.name;
    Result<Array> original = file.read(*entry);
    ASSERT_EQ(array.array.size(), original->size());
    EXPECT_EQ(std::memcmp(array.array.data(), original->data(), original->sizeInBytes()), 0)
        << array.name;
  }
  EXPECT_EQ(back->size(), 6u);
  EXPECT_NE(mapBack(named, *map, nullptr).error().find("line 1 of the map cannot be undone"),
            std::string::npos);
}

TEST(Weights, OneMessageForAllThatDoesNotFit) {
  std::vector<OwnedArray> arrays;
  arrays.push_back({"fc.weight", numbers({3, 2})});
  for (int i = 0; i < 12; ++i)
    arrays.push_back({"x" + std::to_string(i), numbers({1})});
  const ParameterSpec parameters[] = {{"fc.weight", ElementType::F32, {2, 3}, false},
                                      {"fc.bias", ElementType::F32, {2}, false}};
  auto loaded = loadWeights(fileOf(arrays), parameters);
  ASSERT_FALSE(loaded);
  const std::string message = loaded.error();
  EXPECT_EQ(message.substr(0, message.find('\n')),
            "w: does not fit the model: 1 missing, 12 extra, 1 of another shape");
  EXPECT_NE(message.find("\nnote: missing: 'fc.bias' [2]"), std::string::npos) << message;
  EXPECT_NE(message.find("\nnote: extra: 'x9' [1]\nnote: extra: and 2 more"), std::string::npos)
      << message;
  EXPECT_NE(message.find("'fc.weight' has the shape [2, 3] in the model, but the file gives [3, "
                         "2]; it looks transposed: a map with "
                         "'transpose' turns it"),
            std::string::npos)
      << message;
}

TEST(Weights, SeveralTensorsWithoutStackAreAmbiguous) {
  std::vector<OwnedArray> arrays;
  arrays.push_back({"a.0.w", numbers({1})});
  arrays.push_back({"a.1.w", numbers({1})});
  Result<WeightMap> map = WeightMap::parse("a.map", "a.{i}.w -> w");
  const ParameterSpec parameters[] = {{"w", ElementType::F32, {1}, false}};
  auto loaded = loadWeights(fileOf(arrays), parameters, {&*map});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(
      loaded.error(),
      "w: line 1 of the map gives 'w' several tensors: 'a.0.w', 'a.1.w'; 'stack(axis)' joins them");
}

} // namespace
