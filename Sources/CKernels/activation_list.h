// All activations: ACTIVATION(name, y, gradient), where y = f(x; a, b) and the gradient is g times the derivative,
// written in terms of the input x or, where it says y, of the output. A new activation is one line here: that gives it
// its number, in Swift too, and its loops for every instruction set and scalar type.
//
// NaN stays NaN. A file that includes this one first defines ACTIVATION.

ACTIVATION(identity, x, g)
/// a x
ACTIVATION(multiply, a * x, a * g)
/// max(x, 0)
ACTIVATION(relu, x < 0 ? 0 : x, y > 0 ? g : 0)
/// x > 0 ? x : a x, a >= 0 where the derivative is taken from y
ACTIVATION(leakyReLU, x > 0 ? x : a * x, y > 0 ? g : a * g)
ACTIVATION(exponential, NAME(exp_one)(x), g * y)
/// x > 0 ? b x : a (exp(x) - 1), a >= 0
ACTIVATION(elu, x > 0 ? b * x : a * NAME(expm1_negative)(x > 0 ? 0 : x), y > 0 ? b * g : g * (y + a))
/// x > 0 ? x : a (exp(x / a) - 1), a > 0
ACTIVATION(celu, x > 0 ? x : a * NAME(expm1_negative)((x > 0 ? 0 : x) / a), y > 0 ? g : g * (1 + y / a))
/// x between a and b
ACTIVATION(hardTanh, NAME(clamped)(x, a, b), y > a && y < b ? g : 0)
/// x + 3 between 0 and 6, over 6
ACTIVATION(hardSigmoid, NAME(clamped)(x + 3, 0, 6) / 6, y > 0 && y < 1 ? g / 6 : 0)
ACTIVATION(hardSwish, x * (NAME(clamped)(x + 3, 0, 6) / 6), x <= -3 ? 0 : x < 3 ? g * (x / 3 + (REAL)0.5) : g)
/// x / (1 + |x|)
ACTIVATION(softsign, x / (1 + __builtin_elementwise_abs(x)), g * NAME(square)(1 - __builtin_elementwise_abs(y)))
/// 1 / (1 + exp(-x))
ACTIVATION(sigmoid, NAME(sigmoid_one)(x), g * (y * (1 - y)))
ACTIVATION(tanh, NAME(tanh_one)(x), g * (1 - y * y))
/// ln(1 + exp(x)), and x beyond 20
ACTIVATION(softplus, NAME(softplus_one)(x), g * (y > 20 ? 1 : -NAME(expm1_negative)(-y)))
/// x sigmoid(x)
ACTIVATION(silu, x * NAME(sigmoid_one)(x), g * NAME(silu_derivative)(x))
/// x Phi(x), Phi the normal distribution
ACTIVATION(gelu, NAME(gelu_one)(x), g * NAME(gelu_derivative)(x))
/// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
ACTIVATION(geluTanh, NAME(gelu_tanh_one)(x), g * NAME(gelu_tanh_derivative)(x))
/// x tanh(softplus(x))
ACTIVATION(mish, NAME(mish_one)(x), g * NAME(mish_derivative)(x))
/// sin(a x), where |a x| is not too large
ACTIVATION(sine, NAME(sine_one)(a * x, 0), g * (a * NAME(sine_one)(a * x, 1)))
