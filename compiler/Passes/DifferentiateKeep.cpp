// Which values of a round its derivative keeps, and which it computes again.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Differentiate.h"

#include <deque>

using namespace mlir;

namespace lamina::derive {

bool isHadAgain(Operation *op) {
  return isa<ir::ConstantOp, ir::IndexOp, ir::RenameOp, ir::SliceOp, ir::TakeOp, ir::ExpandOp,
             ir::RearrangeOp, ir::WindowOp, ir::UnaryOp, ir::BinaryOp, ir::WhereOp, ir::CastOp,
             ir::OneHotOp, ir::StandardizeOp>(op);
}

namespace {

int64_t bytesOf(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  int64_t bytes = llvm::divideCeil(type.getElementType().getIntOrFloatBitWidth(), 8);
  for (const ir::Axis &axis : ir::axisList(type))
    bytes *= axis.bound ? axis.bound : ShapedType::isDynamic(axis.extent) ? 1 : axis.extent;
  return bytes;
}

/// A network in which each value is an edge as wide as its bytes, from what cannot be had again to
/// what is read. A smallest cut is a smallest set of values to keep (Ford and Fulkerson 1956).
class Network {
public:
  Network(Block &body, size_t carried) : body(body), carried(carried) {}

  void read(Value value) {
    if (std::optional<unsigned> node = nodeOf(value))
      connect(*node + 1, kSink, kUnbounded);
  }

  /// The values of the smallest cut; of equal ones that nearest to the reads, so that least is
  /// computed again.
  llvm::SetVector<Value> cut() {
    while (augment())
      ;
    std::vector<char> reaches = reachesSink();
    llvm::SetVector<Value> kept;
    for (auto [i, value] : llvm::enumerate(values)) {
      unsigned node = 2 + 2 * unsigned(i);
      if (!reaches[node] && reaches[node + 1])
        kept.insert(value);
    }
    return kept;
  }

private:
  static constexpr unsigned kSource = 0, kSink = 1;
  static constexpr int64_t kUnbounded = std::numeric_limits<int64_t>::max() / 4;
  struct Edge {
    unsigned to;
    int64_t room;
  };

  unsigned connect(unsigned from, unsigned to, int64_t room) {
    while (outOf.size() <= std::max(from, to))
      outOf.emplace_back();
    outOf[from].push_back(unsigned(edges.size()));
    edges.push_back({to, room});
    outOf[to].push_back(unsigned(edges.size()));
    edges.push_back({from, 0});
    return to;
  }

  /// The begin of a value's edge; nothing where every round has the value anyway.
  std::optional<unsigned> nodeOf(Value value) {
    if (auto found = nodes.find(value); found != nodes.end())
      return found->second;
    auto argument = dyn_cast<BlockArgument>(value);
    if (value.getParentBlock() != &body ||
        (argument && (argument.getArgNumber() == 0 || argument.getArgNumber() > carried)))
      return std::nullopt;
    unsigned node = 2 + 2 * unsigned(values.size());
    nodes[value] = node;
    values.push_back(value);
    connect(node, node + 1, bytesOf(value));
    Operation *op = value.getDefiningOp();
    if (!op || !isHadAgain(op)) {
      connect(kSource, node, kUnbounded);
      return node;
    }
    for (Value operand : op->getOperands())
      if (std::optional<unsigned> from = nodeOf(operand))
        connect(*from + 1, node, kUnbounded);
    return node;
  }

  /// Sends more along a shortest way that has room; false where none has.
  bool augment() {
    std::vector<int64_t> by(outOf.size(), -1);
    std::deque<unsigned> queue = {kSource};
    while (!queue.empty() && by[kSink] < 0) {
      unsigned node = queue.front();
      queue.pop_front();
      for (unsigned edge : outOf[node])
        if (edges[edge].room > 0 && by[edges[edge].to] < 0 && edges[edge].to != kSource) {
          by[edges[edge].to] = edge;
          queue.push_back(edges[edge].to);
        }
    }
    if (by.size() <= kSink || by[kSink] < 0)
      return false;
    int64_t room = kUnbounded;
    for (unsigned node = kSink; node != kSource; node = edges[by[node] ^ 1].to)
      room = std::min(room, edges[by[node]].room);
    for (unsigned node = kSink; node != kSource; node = edges[by[node] ^ 1].to) {
      edges[by[node]].room -= room;
      edges[by[node] ^ 1].room += room;
    }
    return true;
  }

  std::vector<char> reachesSink() {
    std::vector<char> seen(outOf.size(), false);
    std::deque<unsigned> queue = {kSink};
    seen[kSink] = true;
    while (!queue.empty()) {
      unsigned node = queue.front();
      queue.pop_front();
      for (unsigned edge : outOf[node]) // the other direction of an edge into `node`
        if (edges[edge ^ 1].room > 0 && !seen[edges[edge].to]) {
          seen[edges[edge].to] = true;
          queue.push_back(edges[edge].to);
        }
    }
    return seen;
  }

  Block &body;
  size_t carried;
  SmallVector<Value> values; ///< value number i is the edge from node 2 + 2 i to the next one
  DenseMap<Value, unsigned> nodes;
  std::vector<SmallVector<unsigned, 4>> outOf = std::vector<SmallVector<unsigned, 4>>(2);
  std::vector<Edge> edges; ///< each followed by its reverse
};

} // namespace

llvm::SetVector<Value> chooseKept(Block &body, size_t carried, ArrayRef<Value> reads) {
  Network network(body, carried);
  for (Value value : reads)
    network.read(value);
  return network.cut();
}

} // namespace lamina::derive
