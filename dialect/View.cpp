// How a tensor that is a view of memory lies in it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/View.h"

#include "dialect/Lamina.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace lamina::ir {

int64_t ViewAxis::extent() const {
  int64_t count = 1;
  for (const ViewPart &part : parts)
    count *= part.extent;
  return count;
}

const ViewAxis *View::find(StringRef name) const {
  for (const ViewAxis &axis : axes)
    if (axis.name == name)
      return &axis;
  return nullptr;
}

void normalise(SmallVectorImpl<ViewPart> &parts) {
  SmallVector<ViewPart, 2> joined;
  for (const ViewPart &part : parts) {
    if (part.extent == 1)
      continue;
    if (!joined.empty() && joined.back().stride == part.extent * part.stride)
      joined.back() = {joined.back().extent * part.extent, part.stride};
    else
      joined.push_back(part);
  }
  parts.assign(joined.begin(), joined.end());
}

View denseView(Value root) {
  View view;
  view.root = root;
  int64_t stride = 1;
  SmallVector<Axis> axes = axisList(cast<RankedTensorType>(root.getType()));
  for (const Axis &axis : llvm::reverse(axes)) {
    bool isBatch = axis.name.getValue() == kBatchAxis && !axis.bound;
    int64_t extent = axis.bound ? axis.bound : isBatch ? ShapedType::kDynamic : axis.extent;
    ViewAxis seen{axis.name.str(), {{extent, stride}}};
    if (extent == 1)
      seen.parts.clear();
    view.axes.insert(view.axes.begin(), std::move(seen));
    if (!isBatch)
      stride *= extent;
  }
  return view;
}

namespace {

/// Splits the digits of an axis at the given extents (slowest first): parts of the result, one list
/// each.
std::optional<SmallVector<SmallVector<ViewPart, 2>>> split(ArrayRef<ViewPart> digits,
                                                           ArrayRef<int64_t> extents) {
  SmallVector<ViewPart, 2> left(digits);
  SmallVector<SmallVector<ViewPart, 2>> lists(extents.size());
  for (size_t i = extents.size(); i-- > 0;) {
    int64_t wanted = extents[i];
    while (wanted > 1) {
      if (left.empty())
        return std::nullopt;
      ViewPart &last = left.back();
      int64_t taken = std::min(wanted, last.extent);
      if (wanted % taken || last.extent % taken)
        return std::nullopt;
      lists[i].insert(lists[i].begin(), {taken, last.stride});
      wanted /= taken;
      last = {last.extent / taken, last.stride * taken};
      if (last.extent == 1)
        left.pop_back();
    }
    normalise(lists[i]);
  }
  return lists;
}

/// Applies one view op to the view of its operand.
class Step {
public:
  explicit Step(View view) : view(std::move(view)) {}
  std::optional<View> apply(Operation *op) {
    bool done = llvm::TypeSwitch<Operation *, bool>(op)
                    .Case<RenameOp, SliceOp, TakeOp, ExpandOp, WindowOp, RearrangeOp>(
                        [&](auto concrete) { return see(concrete); })
                    .Default([](Operation *) { return false; });
    return done ? std::optional(view) : std::nullopt;
  }

private:
  ViewAxis &axis(StringRef name) {
    for (ViewAxis &axis : view.axes)
      if (axis.name == name)
        return axis;
    llvm_unreachable("the verifier has checked the axes of views");
  }

  bool see(RenameOp op) {
    llvm::StringMap<std::string> names;
    for (auto [from, to] : llvm::zip_equal(op.getFrom().getAsValueRange<StringAttr>(),
                                           op.getTo().getAsValueRange<StringAttr>()))
      names[from] = to.str();
    for (ViewAxis &axis : view.axes)
      if (auto found = names.find(axis.name); found != names.end())
        axis.name = found->second;
    return true;
  }

  /// Moves the start by `position` of an axis.
  void moveBy(const ViewAxis &axis, int64_t position) {
    for (const ViewPart &part : llvm::reverse(axis.parts)) {
      view.offset += position % part.extent * part.stride;
      position /= part.extent;
    }
  }

  bool see(SliceOp op) {
    ViewAxis &sliced = axis(op.getAxis());
    int64_t extent = extentOf(cast<RankedTensorType>(op.getResult().getType()), op.getAxis());
    if (sliced.parts.size() > 1 || ShapedType::isDynamic(extent))
      return false;
    moveBy(sliced, op.getLow());
    sliced.parts.assign({{extent, sliced.stride() * int64_t(op.getStep())}});
    normalise(sliced.parts);
    return true;
  }

  bool see(TakeOp op) {
    moveBy(axis(op.getAxis()), op.getIndex());
    llvm::erase_if(view.axes, [&](const ViewAxis &axis) { return axis.name == op.getAxis(); });
    return true;
  }

  bool see(ExpandOp op) {
    for (const Axis &wanted : axisList(cast<RankedTensorType>(op.getResult().getType())))
      if (!view.find(wanted.name.getValue())) {
        ViewAxis made{wanted.name.str(), {{wanted.bound ? wanted.bound : wanted.extent, 0}}};
        normalise(made.parts);
        view.axes.push_back(std::move(made));
      }
    return true;
  }

  bool see(WindowOp op) {
    ViewAxis source = axis(op.getAxis());
    int64_t extent = extentOf(cast<RankedTensorType>(op.getResult().getType()), op.getOut());
    if (source.parts.size() > 1 || ShapedType::isDynamic(extent))
      return false;
    llvm::erase_if(view.axes, [&](const ViewAxis &axis) { return axis.name == op.getAxis(); });
    ViewAxis out{op.getOut().str(), {{extent, source.stride() * int64_t(op.getStride())}}};
    ViewAxis kernel{op.getKernel().str(),
                    {{int64_t(op.getSize()), source.stride() * int64_t(op.getDilation())}}};
    normalise(out.parts);
    normalise(kernel.parts);
    view.axes.push_back(std::move(out));
    view.axes.push_back(std::move(kernel));
    return true;
  }

  bool see(RearrangeOp op) {
    llvm::StringMap<int64_t> extents;
    for (auto [name, extent] :
         llvm::zip_equal(op.getPartNames().getAsValueRange<StringAttr>(), op.getPartExtents()))
      extents[name] = extent;
    llvm::StringMap<SmallVector<ViewPart, 2>> pieces;
    for (Attribute attribute : op.getFrom())
      if (!splitGroup(cast<ArrayAttr>(attribute), extents, pieces))
        return false;
    for (Attribute attribute : op.getTo()) {
      auto group = cast<ArrayAttr>(attribute);
      ViewAxis made{cast<StringAttr>(group[0]).str(), {}};
      ArrayRef<Attribute> parts = group.getValue();
      for (Attribute part : parts.size() == 1 ? parts : parts.drop_front())
        llvm::append_range(made.parts, pieces[cast<StringAttr>(part).getValue()]);
      normalise(made.parts);
      view.axes.push_back(std::move(made));
    }
    return true;
  }

  /// Takes a source axis of a rearrangement out of the view and cuts it into its parts.
  bool splitGroup(ArrayAttr group, const llvm::StringMap<int64_t> &extents,
                  llvm::StringMap<SmallVector<ViewPart, 2>> &pieces) {
    StringRef name = cast<StringAttr>(group[0]).getValue();
    ViewAxis source = axis(name);
    llvm::erase_if(view.axes, [&](const ViewAxis &axis) { return axis.name == name; });
    if (group.size() == 1) {
      pieces[name] = source.parts;
      return true;
    }
    SmallVector<int64_t> wanted;
    for (Attribute part : group.getValue().drop_front())
      wanted.push_back(cast<StringAttr>(part).getValue().empty()
                           ? 1
                           : extents.lookup(cast<StringAttr>(part).getValue()));
    auto lists = split(source.parts, wanted);
    if (!lists)
      return false;
    for (auto [part, list] : llvm::zip_equal(group.getValue().drop_front(), *lists))
      pieces[cast<StringAttr>(part).getValue()] = list;
    return true;
  }

  View view;
};

} // namespace

std::optional<View> traceView(Value tensor, llvm::function_ref<View(Value)> start) {
  Operation *op = tensor.getDefiningOp();
  if (!op)
    return start(tensor);
  if (!isa<RenameOp, SliceOp, TakeOp, ExpandOp, WindowOp, RearrangeOp>(op))
    return std::nullopt;
  std::optional<View> source = traceView(op->getOperand(0), start);
  return source ? Step(std::move(*source)).apply(op) : std::nullopt;
}

} // namespace lamina::ir
