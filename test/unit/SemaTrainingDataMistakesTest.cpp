// `data` with a mistake: each is told where it stands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/SemaTrainingBlocks.h"

using namespace lamina;
using namespace lamina::test;

namespace {

/// Line 3 is the first one of the body.
const Mistake kMistakes[] = {
    {"split of nothing", "  data { split = random(val = 0.5) }\n" + kSettings,
     "t.lam:3:18: error: no part of the split is called 'train'"},
    {"split of too much", "  data { split = random(train = 0.8, val = 0.3) }\n" + kSettings,
     "t.lam:3:18: error: the parts of the split add up to 1.1, which is more than all rows"},
    {"no split", "  data { split = halves(train = 0.8) }\n" + kSettings,
     "t.lam:3:18: error: 'split' is 'random(train = 0.8, val = 0.2)', 'stratified(label, …)' or "
     "'rows(train = 0..800, val = 800..1000)'"},
    {"stratified by nothing", "  data { split = stratified(train = 0.8) }\n" + kSettings,
     "t.lam:3:18: error: 'stratified' says by which binding: 'stratified(label, train = 0.8, val = "
     "0.2)'"},
    {"empty rows", "  data { split = rows(train = 3..3) }\n" + kSettings,
     "t.lam:3:31: error: rows are a range that is not empty: 'train = 0..800'"},
    {"share", "  data { split = random(train = 1.5) }\n" + kSettings,
     "t.lam:3:33: error: 'train' is a share of the rows, more than 0 and at most 1, not 1.5"},
    {"no file", "  data { t = csv() }\n" + kSettings,
     "t.lam:3:14: error: 'csv' needs a file: 'csv(\"FILE\")'"},
    {"text", "  data {\n    t = csv(\"t\")\n    x = t[0..2]\n  }\n" + kSettings,
     "t.lam:5:9: error: a cell of a CSV file is text until a type reads it: write 'f32(…)' or "
     "'i64(…)'"},
    {"columns that do not fit",
     "  data {\n    t = csv(\"t\")\n    x = f32(t[0..3])\n  }\n" + kSettings,
     "t.lam:5:13: error: these are 3 columns, but f32[c: 2] has 2 elements"},
    {"columns without axes",
     "  data {\n    t = csv(\"t\")\n    z = f32(t[0..3])\n  }\n" + kSettings,
     "t.lam:5:13: error: these columns need axes: write the binding's type, 'x: f32[c: 3] = …'"},
    {"wrong type", "  data {\n    t = csv(\"t\")\n    x = i64(t[0..2])\n  }\n" + kSettings,
     "t.lam:5:9: error: the binding 'x' is i64[c: 2], but 'M' takes f32[c: 2]; write 'f32(…)'"},
    {"a window of a computed row",
     "  data {\n    t = csv(\"t\")\n    r: f32[c: 2] = f32(t[0..2]) * 2\n    x = windows<t: "
     "3>(r)\n  }\n" +
         kSettings,
     "t.lam:6:23: error: a window is of columns as they are read: compute on the window instead, "
     "'f(windows<t: 96>(row))'"},
    {"a window and a random split",
     "  data {\n    t = csv(\"t\")\n    r: f32[c: 2] = f32(t[0..2])\n"
     "    x = mean<t>(windows<t: 3>(r))\n    split = random(train = 1)\n  }\n" +
         kSettings,
     "t.lam:7:13: error: windows of neighbouring rows overlap, so a 'random' split would train on "
     "what it measures: write 'rows(…)'"},
    {"stratified",
     "  data {\n"
     "    t = csv(\"t.csv\")\n"
     "    x = f32(t[0..2])\n"
     "    y = i64(t[2])\n"
     "    split = stratified(z, train = 0.5, val = 0.5)\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:7:13: error: 'stratified' goes by a binding of 'data', and there is no 'z'"},
    {"part of data",
     "  data {\n"
     "    t = csv(\"t.csv\")\n"
     "    x = f32(t[0..2])\n"
     "    y = i64(t[2])\n"
     "    fir a = x\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:7:5: error: 'fir' is no part of 'data'; these are 'augment { … }' and 'fit NET.LAYER = "
     "VALUE'"},
    {"two files",
     "  data {\n"
     "    t = csv(\"a\", \"b\")\n"
     "    x = f32(t[0..2])\n"
     "    y = i64(t[2])\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:4:18: error: a source has one file, or one for each part of the split: 'csv(train = "
     "\"a\", val = \"b\")'"},
    {"split value",
     "  data {\n"
     "    t = csv(\"t.csv\")\n"
     "    x = f32(t[0..2])\n"
     "    y = i64(t[2])\n"
     "    split = random(train: 0.5)\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:7:20: error: a part of the split is 'name = value'"},
    {"split name",
     "  data {\n"
     "    t = csv(\"t.csv\")\n"
     "    x = f32(t[0..2])\n"
     "    y = i64(t[2])\n"
     "    split = random(0.5)\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:7:20: error: a part of the split needs a name: 'train = 0.8'"},
    {"numbered",
     "  data {\n"
     "    t = npz(\"t.npz\")\n"
     "    x = f32(t[0..2])\n"
     "    y = i64(t[2])\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:5:13: error: 't' has no numbered columns: it is not a CSV file"},
    {"two indices",
     "  data {\n"
     "    t = csv(\"t.csv\")\n"
     "    x = f32(t[0..2, 1])\n"
     "    y = i64(t[2])\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:5:13: error: 't' has one index, of its columns: 't[0..8]'"},
    {"open range",
     "  data {\n"
     "    t = csv(\"t.csv\")\n"
     "    x = f32(t[1..])\n"
     "    y = i64(t[2])\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:5:13: error: say where the columns end: 't[1..8]'"},
    {"empty range",
     "  data {\n"
     "    t = csv(\"t.csv\")\n"
     "    x = f32(t[2..2])\n"
     "    y = i64(t[2])\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:5:13: error: columns are numbered from 0, and a range is not empty"},
    {"array's part",
     "  data {\n"
     "    t = npy(\"t.npy\")\n"
     "    x = f32(t.a)\n"
     "    y = i64(t.b)\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:5:15: error: 't' is one array and has no parts"},
    {"generated's part",
     "  data {\n"
     "    t = generated(rows = 9)\n"
     "    x = f32(t.a)\n"
     "    y = i64(t.row)\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:5:15: error: generated data have one part, 't.row': the number of the sample, from 0"},
    {"array's type",
     "  data {\n"
     "    t = npz(\"t.npz\")\n"
     "    a = t.a\n"
     "    x = f32(t.x)\n"
     "    y = i64(t.y)\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:5:9: error: this array needs a type: 'f32(…)', or write the binding's: 'x: f32[c: 8] = "
     "…'"},
    {"windows' arguments",
     "  data {\n"
     "    t = csv(\"t.csv\")\n"
     "    x = f32(t[0..2])\n"
     "    y = i64(t[2])\n"
     "    w = windows(x)\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:7:9: error: 'windows' takes one axis with its extent and one binding: 'windows<t: "
     "96>(row)'"},
    {"windows' place",
     kData +
         "  objective {\n"
         "    z = M(x)\n"
         "    w = windows<t: 2>(x)\n"
         "    loss = cross_entropy(z, y)\n"
         "  }\n" +
         kSettings,
     "t.lam:11:9: error: 'windows' stands in 'data'"},
    {"empty window",
     "  data {\n"
     "    t = csv(\"t.csv\")\n"
     "    x = f32(t[0..2])\n"
     "    y = i64(t[2])\n"
     "    w = windows<t: 0>(x)\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:7:17: error: a window has at least one row, not 0"},
    {"window's axis",
     "  data {\n"
     "    t = csv(\"t.csv\")\n"
     "    x = f32(t[0..2])\n"
     "    y = i64(t[2])\n"
     "    r: f32[a: 2] = f32(t[0..2])\n"
     "    w = windows<a: 2>(r)\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:8:17: error: the row has an axis 'a' already"},
    {"window twice",
     "  data {\n"
     "    t = csv(\"t.csv\")\n"
     "    x = f32(t[0..2])\n"
     "    y = i64(t[2])\n"
     "    r: f32[a: 2] = f32(t[0..2])\n"
     "    w = windows<q: 2>(r)\n"
     "    v = windows<p: 2>(w)\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:9:23: error: this is a window already"},
};

TEST(SemaTrainingData, EveryMistakeIsTold) { expectTold(kMistakes); }

} // namespace
