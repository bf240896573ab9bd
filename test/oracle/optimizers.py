# What PyTorch's optimizers (lion and lamb: their papers' formulas) make of two parameters in 1 and 100 steps, as
# test/unit/PipelinesOptimizersTest.cpp compares it. Gradients are numbers that floats hold exactly, so that nothing but the update
# is compared. Run `python3 optimizers.py > expected/optimizers.txt` with PyTorch 2.13.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch

ROWS, COLUMNS = 4, 3

def start(size, salt):
    return torch.tensor([((i * 37 + salt) % 64 - 32) / 64 for i in range(size)])

def gradient(size, step, salt):
    return torch.tensor([((step * 7919 + i * 104729 + salt) % 1024 - 512) / 512 for i in range(size)])

def lion(params, state, lr, decay, b1=0.9, b2=0.99):
    for i, p in enumerate(params):
        m = state.setdefault(i, torch.zeros_like(p))
        update = torch.sign(b1 * m + (1 - b1) * p.grad)
        state[i] = b2 * m + (1 - b2) * p.grad
        p.mul_(1 - lr * decay).sub_(lr * update)

def lamb(params, state, lr, decay, b1=0.9, b2=0.999, eps=1e-6):
    state["t"] = t = state.get("t", 0) + 1
    for i, p in enumerate(params):
        m, v = state.setdefault(i, (torch.zeros_like(p), torch.zeros_like(p)))
        m.lerp_(p.grad, 1 - b1)
        v.mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
        r = (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps) + decay * p
        p.sub_(lr * (p.norm() / r.norm()) * r)

def full_precision(grad, coefficients, steps, eps):
    a, b, c = coefficients
    x = grad.T if grad.size(0) > grad.size(1) else grad
    x = x / x.norm().clamp(min=eps)
    for _ in range(steps):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.T if grad.size(0) > grad.size(1) else x

torch.optim._muon._zeropower_via_newtonschulz = full_precision

plain = {"foreach": False, "fused": False}
CASES = {
    "sgd": lambda w, b: torch.optim.SGD([w, b], lr=0.1, **plain),
    "sgd_momentum": lambda w, b: torch.optim.SGD([w, b], lr=0.01, momentum=0.9, weight_decay=0.01, **plain),
    "sgd_nesterov": lambda w, b: torch.optim.SGD([w, b], lr=0.01, momentum=0.9, nesterov=True, **plain),
    "adam": lambda w, b: torch.optim.Adam([w, b], lr=0.01, weight_decay=0.01, **plain),
    "adamw": lambda w, b: torch.optim.AdamW([w, b], lr=0.01, weight_decay=0.1, **plain),
    "adamw_group": lambda w, b: torch.optim.AdamW(
        [{"params": [w]}, {"params": [b], "weight_decay": 0.0}], lr=0.01, weight_decay=0.1, **plain
    ),
}
RULES = {"lion": (lion, 0.001, 0.1), "lamb": (lamb, 0.01, 0.01)}

def update(optimizers, rule, state, params):
    for optimizer in optimizers:
        optimizer.step()
    if rule:
        with torch.no_grad():
            rule[0](params, state, rule[1], rule[2])

def trace(name, optimizers_of, rule=None, clip=None, after=None):
    w = torch.nn.Parameter(start(ROWS * COLUMNS, 0).reshape(ROWS, COLUMNS))
    b = torch.nn.Parameter(start(ROWS, 11))
    optimizers, state = optimizers_of(w, b), {}
    for step in range(100):
        w.grad = gradient(ROWS * COLUMNS, step, 0).reshape(ROWS, COLUMNS)
        b.grad = gradient(ROWS, step, 511)
        if clip == "norm":
            torch.nn.utils.clip_grad_norm_([w, b], 1.0, foreach=False)
        if clip == "value":
            torch.nn.utils.clip_grad_value_([w, b], 0.25, foreach=False)
        update(optimizers, rule, state, [w, b])
        if after:
            after(state, step, [w, b])
        if step in (0, 99):
            shown = state["shipped"] if after else [w, b]
            numbers = [float(x).hex() for p in shown for x in p.flatten().tolist()]
            print(name, step + 1, *numbers)

def ema(state, step, params):
    if step == 0:
        state["shipped"] = [start(ROWS * COLUMNS, 0).reshape(ROWS, COLUMNS), start(ROWS, 11)]
    for mean, p in zip(state["shipped"], params):
        mean.lerp_(p.detach(), 1 - 0.9)

def average(state, step, params):
    if step == 0:
        state["shipped"] = [p.detach().clone() for p in params]
    for mean, p in zip(state["shipped"], params):
        mean.add_((p.detach() - mean) / (step + 1))

def lookahead(state, step, params):
    if step == 0:
        state["shipped"] = [start(ROWS * COLUMNS, 0).reshape(ROWS, COLUMNS), start(ROWS, 11)]
    if step % 5 == 4:
        for slow, p in zip(state["shipped"], params):
            slow.add_(0.5 * (p.detach() - slow))
            p.data.copy_(slow)

def main():
    for name, make in CASES.items():
        trace(name, lambda w, b, make=make: [make(w, b)])
    for name, rule in RULES.items():
        trace(name, lambda w, b: [], rule)
    trace(
        "muon",
        lambda w, b: [torch.optim.Muon([w], lr=0.01, weight_decay=0.1), torch.optim.AdamW([b], lr=0.01, **plain)],
    )
    trace("clip_norm", lambda w, b: [torch.optim.SGD([w, b], lr=0.1, **plain)], clip="norm")
    trace("clip_value", lambda w, b: [torch.optim.SGD([w, b], lr=0.1, **plain)], clip="value")
    for after in (ema, average, lookahead):
        trace(after.__name__, lambda w, b: [torch.optim.SGD([w, b], lr=0.01, **plain)], after=after)

if __name__ == "__main__":
    main()
