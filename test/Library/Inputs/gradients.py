"""Checks the gradients of every block and function of library modules in double, by `lamina gradcheck`.

gradients.py LAMINA STDLIB FOLDER MODULE…, or -MODULE… for all modules but these

The names come from the module's source, so that one without an entry here fails. Each is applied to a parameter, so
that the derivative by its input is checked as well as that by its own parameters.
"""
import json
import pathlib
import re
import subprocess
import sys


class Check:
    """`y` made of `x`, whose axes are `axes` ("s:2 c:4"); `result` are those of y, "" where it is a scalar."""

    def __init__(self, axes, y, result=None, span=1.0, moves=True):
        self.axes, self.y, self.result, self.span = axes, y, axes if result is None else result, span
        self.moves = moves  # whether the derivative by x is other than zero


LABEL = "(index<s: 3>() + i64(t)) % 4"
CLASSES = "s:3 classes:4"
ACTIVATIONS = ["gelu", "gelu_tanh", "silu", "selu", "softplus", "mish", "hardswish"]

CHECKS = {
    "std.activation": {name: Check("c:9", f"{name}(x)", span=4.0) for name in ACTIVATIONS}
    | {
        "leaky_relu": Check("c:9", "leaky_relu<slope = 0.2>(x)", span=4.0),
        "elu": Check("c:9", "elu<alpha = 1.5>(x)", span=4.0),
        "sine": Check("c:9", "sine<omega = 3.0>(x)"),
    },
    "std.nn": {
        "Linear": Check("s:2 c:4", "Linear<c -> o: 3>(x)", "s:2 o:3"),
        "Conv2d": Check("i:2 h:5 w:4", "Conv2d<i -> o: 4, k = 3, stride = 2, pad = 1, groups = 2>(x)", "o:4 h:3 w:2"),
        "Conv2d, one group": Check("i:2 h:4 w:4", "Conv2d<i -> o: 3, k = 2, dilation = 2>(x)", "o:3 h:2 w:2"),
        "Depthwise2d": Check("c:2 h:4 w:3", "Depthwise2d<c, k = 3>(x)"),
        "ConvTranspose2d": Check("i:2 h:3 w:2", "ConvTranspose2d<i -> o: 2, k = 3, stride = 2>(x)", "o:2 h:7 w:5"),
        "ConvTranspose2d, apart": Check("i:2 h:2 w:2", "ConvTranspose2d<i -> o: 2, k = 2>(x)", "o:2 h:4 w:4"),
        "LayerNorm": Check("s:2 c:4", "LayerNorm<c>(x)"),
        "RMSNorm": Check("s:2 c:4", "RMSNorm<c>(x)"),
        "GroupNorm": Check("c:4 h:3", "GroupNorm<c, groups = 2>(x)"),
        "BatchNorm": Check("s:2 c:3", "BatchNorm<c>(x)"),
        "Dropout": Check("s:2 c:4", "Dropout<p = 0.3>(x)"),
        "DropPath": Check("s:2 c:4", "DropPath<p = 0.3>(x)"),
        "AlphaDropout": Check("s:2 c:4", "AlphaDropout<p = 0.3>(x)"),
        "Embedding": Check("s:3", "Embedding<v: 5 -> c: 4>((index<s: 3>() + i64(t)) % 5) * x", "s:3 c:4"),
        "Mlp": Check("s:2 c:4", "Mlp<c, hidden = 5>(x)"),
        "Glu": Check("s:2 c:4", "Glu<c, hidden = 3>(x)"),
        "GeGlu": Check("s:2 c:4", "GeGlu<c, hidden = 3>(x)"),
        "SwiGlu": Check("s:2 c:4", "SwiGlu<c, hidden = 3>(x)"),
        "ReGlu": Check("s:2 c:4", "ReGlu<c, hidden = 3>(x)"),
        "Attention": Check("s:3 c:4", "Attention<s, c, heads = 2>(x)"),
        "Attention, causal": Check("s:3 c:4", "Attention<s, c, heads = 2, causal = true>(x)"),
        "PatchEmbed": Check("i:2 h:4 w:4", "PatchEmbed<i -> c: 3, s, p = 2>(x)", "s:4 c:3"),
        "MeanPool2d": Check("h:4 w:5", "MeanPool2d<k = 3, stride = 2, pad = 1>(x)", "h:2 w:3"),
        "MeanPool2d, uneven": Check("h:4 w:5", "MeanPool2d<k = 3, pad = 1, stride = 1, count_pad = false>(x)"),
        "MaxPool2d": Check("h:4 w:5", "MaxPool2d<k = 2, pad = 1>(x)", "h:3 w:3"),
    },
    "std.loss": {
        "cross_entropy": Check(CLASSES, f"cross_entropy<classes, smoothing = 0.1>(x, {LABEL})", ""),
        "soft_cross_entropy": Check(CLASSES, "soft_cross_entropy<classes, smoothing = 0.1>(x, softmax<classes>(-x))", ""),
        "binary_cross_entropy": Check("c:5", "binary_cross_entropy(x, sigmoid(2 * x))", ""),
        "mse": Check("c:5", "mse(x, sin(3 * x))", ""),
        "mae": Check("c:5", "mae(x, sin(3 * x))", ""),
        "huber": Check("c:8", "huber<delta = 0.5>(x, sin(3 * x))", ""),
        "kl": Check(CLASSES, "kl<classes>(x, softmax<classes>(-x))", ""),
        "cosine": Check("s:2 c:4", "cosine<c>(x, sin(3 * x))", ""),
        "info_nce": Check("c:4", "x"),  # and the objective, which may name the batch
        "top": Check(CLASSES, f"top<classes, k = 2>(x, {LABEL})", "", moves=False),
    },
    "std.metric": {"psnr": Check("c:5", "psnr<peak = 2.0>(x, sin(3 * x))", "")},
    "std.data": {
        "random_flip": Check("s:2 c:5", "random_flip<c>(x)"),
        "random_shift": Check("h:4 w:5", "random_shift<by = 1>(x)"),
        "cutout": Check("h:4 w:5", "cutout<size = 2>(x)"),
    },
    "std.field.siren": {
        "SineLayer": Check("s:2 c:3", "SineLayer<c -> o: 4, omega = 3.0>(x)", "s:2 o:4"),
        "SineHead": Check("s:2 c:3", "SineHead<c -> o: 2, omega = 3.0>(x)", "s:2 o:2"),
    },
    "std.field.fourier": {
        "FourierFeatures": Check("s:2 c:2", "FourierFeatures<c -> o, frequencies = 3, sigma = 1.0>(x)", "s:2 o:6"),
    },
    "std.series.tsmixer": {"MixerLayer": Check("time:4 channel:3", "MixerLayer<time, channel, hidden = 5, act = gelu>(x)")},
    "std.tabular.finalmlp": {
        "Tower": Check("f:4", "Tower<f, widths = [5, 3], act = gelu>(x)", "f:3"),
        "Gate": Check("f:4", "Gate<f, widths = [5], dim = 3>(x)"),
    },
    "std.vision.mixer": {"MixerBlock": Check("s:3 c:4", "MixerBlock<s, c, tokens = 5, channels = 6>(x)")},
    "std.vision.gmlp": {
        "SpatialProjection": Check("c:2 s:4", "SpatialProjection<s>(x)"),
        "SpatialGatingUnit": Check("s:3 e:4", "SpatialGatingUnit<s, e>(x)", "s:3 e:2"),
        "GatedMlp": Check("s:3 c:4", "GatedMlp<s, c, hidden = 6>(x)"),
        "GmlpBlock": Check("s:3 c:4", "GmlpBlock<s, c, hidden = 6>(x)"),
    },
    "std.vision.resmlp": {
        "Affine": Check("s:2 c:3", "Affine<c>(x)"),
        "ResMlpBlock": Check("s:3 c:4", "ResMlpBlock<s, c, scale = 0.5>(x)"),
    },
}

# What has no gradient of its own to check, and why.
EXEMPT = {
    "std.metric": {"auc": "gives its inputs", "f1": "gives its inputs", "r2": "three sums, of which psnr has one"},
    "std.data": {
        "random_share": "a draw: there is nothing to derive it by",
        "mixup": "a part of augment alone: it names the batch, of which no parameter is a part",
        "cutmix": "as mixup",
        "Standard": "its states are learnt before the first step, and gradcheck takes none",
    },
}
OBJECTIVE = {"std.loss": " + 0.5 * info_nce<c>(answer.wide, sin(2 * answer.wide))"}


def names(source):
    """The blocks and functions of a module, and the blocks with settings that it gives names to."""
    found = re.findall(r"^(?:block|fn) (\w+)", source, re.M)
    return found + re.findall(r"^let (\w+) = \w+<", source, re.M)


def axes(text):
    return [axis.split(":") for axis in text.split()]


def weighed(check):
    """The sum of y with a weight for each element, so that no derivative is zero by symmetry."""
    result = axes(check.result)
    if not result:
        return "y"
    phase = " + ".join(f"{3 + 4 * i} * index<{name}: {size}>()" for i, (name, size) in enumerate(result))
    return f"sum<{', '.join(name for name, _ in result)}>(y * sin(f64(1 + {phase})))"


def program(module, checks):
    text, layers, total = f"import std.nn\nimport {module}\n\n", "", []
    for number, check in enumerate(checks.values()):
        shape = ", ".join(f"{name}: {size}" for name, size in axes(check.axes))
        text += (
            f"block Check{number}(t: []) -> [] {{\n  param at: [{shape}] = uniform(-{check.span}, {check.span})\n"
            f"  x = at * (1 + 0.1 * t)\n  y = {check.y}\n  return {weighed(check)}\n}}\n\n"
        )
        layers += f"  layer check{number} = Check{number}\n"
        total.append(f"check{number}(t)")
    return text + (
        "model All(t: f64[]) -> (y: f64[], wide: f64[c: 4]) {\n"
        f"{layers}  param at: [c: 4] = uniform(-1.0, 1.0)\n  return {' + '.join(total)}, at * (1 + 0.1 * t)\n}}\n\n"
        "train All {\n  data {\n    rows = generated(rows = 3)\n    t = f64(rows.row)\n  }\n"
        f"  objective {{\n    answer = All(t)\n    loss = answer.y + sum<c>(answer.wide ** 2){OBJECTIVE.get(module, '')}\n  }}\n"
        "  optimizer = sgd(lr = 0.1)\n  batch = 3, epochs = 1, seed = 3\n}\n"
    )


def modules(stdlib):
    """Of the library, but for the initial values of parameters."""
    for path in sorted(pathlib.Path(stdlib, "std").rglob("*.lam")):
        if path.stem != "init":
            yield ".".join(path.relative_to(stdlib).with_suffix("").parts)


def check_module(lamina, stdlib, module, folder):
    """Whether the checks of a module fail."""
    source = pathlib.Path(stdlib, *module.split(".")).with_suffix(".lam").read_text()
    checks, exempt = CHECKS.get(module, {}), EXEMPT.get(module, {})
    known = {name.split(",")[0] for name in checks} | set(exempt)
    missing, gone = set(names(source)) - known, known - set(names(source))
    if missing or gone:
        print(f"BAD {module}: no check of {sorted(missing)}, and no block {sorted(gone)}")
        return True
    if not checks:
        return False
    path = pathlib.Path(folder, module + ".lam")
    path.write_text(program(module, checks))
    run = subprocess.run([lamina, "gradcheck", path, "--json"], capture_output=True, text=True)
    if not run.stdout:
        print(f"BAD {path}: {run.stderr}")
        return True
    report = json.loads(run.stdout)
    assert report["tolerance"] <= 1e-6, report
    bad = run.returncode != 0
    for number, (name, check) in enumerate(checks.items()):
        own = [one for one in report["parameters"] if one["path"].startswith(f"check{number}.")]
        worst = max(one["error"] for one in own)
        looked = min(one["elements"] for one in own)
        moved = max(one["gradient"] for one in own) > 0
        fine = worst <= 1e-6 and looked > 0 and moved == check.moves
        bad |= not fine
        print(f"{'' if fine else 'BAD '}{module}.{name}: {len(own)} parameters, largest error {worst:.1e}")
    print(run.stderr, end="")
    return bad


def main():
    lamina, stdlib, folder = sys.argv[1:4]
    chosen = sys.argv[4:]
    if chosen[0].startswith("-"):
        chosen = [module for module in modules(stdlib) if "-" + module not in chosen]
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    bad = [module for module in chosen if check_module(lamina, stdlib, module, folder)]
    print(f"{len(chosen)} modules, {len(bad)} bad")
    sys.exit(bool(bad))


main()
