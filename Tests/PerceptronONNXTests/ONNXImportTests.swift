import Foundation
import Perceptron
import TestSupport
import Testing

@testable import PerceptronONNX

@Suite struct ONNXImportTests {
    private static let weight = tensor("w", [2, 3], [1, 2, 3, 4, 5, 6])
    private static let transposed = tensor("w", [3, 2], [1, 4, 2, 5, 3, 6])
    private static let inputs = Matrix<Double>([[1, -2], [0.5, 3]])

    /// What x·W is.
    private static let product: [[Double]] = [[-7, -8, -9], [12.5, 16, 19.5]]

    private func expect(
        _ model: ONNXModel, _ layers: [String], _ expected: [[Double]], _ inputs: Matrix<Double> = Self.inputs,
        output: String? = nil
    ) throws {
        let restored = try read(model, output: output)
        #expect(restored.layers.map { "\(type(of: $0))" } == layers)
        let outputs = try restored.predict(inputs)
        #expect(outputs.rows == expected.count && outputs.columns == expected[0].count)
        for (found, expected) in zip(outputs.elements, expected.flatMap { $0 }) {
            #expect(abs(found - expected) <= 1e-12 * max(1, abs(expected)), "\(found), not \(expected)")
        }
    }

    private func map(_ rows: [[Double]], _ body: (Double, Int) -> Double) -> [[Double]] {
        rows.map { row in row.enumerated().map { body($1, $0) } }
    }

    // MARK: Products

    @Test func gemm() throws {
        let bias: [Double] = [10, 20, 30]
        let b = tensor("b", [3], bias)
        let plain = map(Self.product) { $0 + bias[$1] }
        try expect(model([node("Gemm", ["x", "w", "b"], "y")], [Self.weight, b]), ["Linear"], plain)
        try expect(
            model([node("Gemm", ["x", "w", "b"], "y", ["transB": .integer(1)])], [Self.transposed, b]), ["Linear"],
            plain)
        try expect(model([node("Gemm", ["x", "w"], "y")], [Self.weight]), ["Linear"], Self.product)
        try expect(
            model(
                [node("Gemm", ["x", "w", "b"], "y", ["alpha": .float(0.5), "beta": .float(-2)])],
                [Self.weight, tensor("b", [1, 3], bias)]),
            ["Linear"], map(Self.product) { 0.5 * $0 - 2 * bias[$1] })
        try expect(
            model([node("Gemm", ["x", "w", "b"], "y")], [Self.weight, tensor("b", [], [7])]), ["Linear"],
            map(Self.product) { value, _ in value + 7 })
        // A square weight shows whether it is transposed.
        let square = tensor("w", [2, 2], [1, 2, 3, 4])
        try expect(model([node("MatMul", ["x", "w"], "y")], [square]), ["Linear"], [[-5, -6], [9.5, 13]])
        try expect(
            model([node("Gemm", ["x", "w"], "y", ["transB": .integer(1)])], [square]), ["Linear"],
            [[-3, -5], [6.5, 13.5]])
    }

    @Test func matMulAndAdd() throws {
        let b = tensor("b", [3], [10, 20, 30])
        let expected = map(Self.product) { $0 + Double(10 * ($1 + 1)) }
        for inputs in [["z", "b"], ["b", "z"]] {
            try expect(
                model([node("MatMul", ["x", "w"], "z"), node("Add", inputs, "y")], [Self.weight, b]), ["Linear"],
                expected)
        }
        // A second sum is a layer of its own.
        try expect(
            model(
                [node("Gemm", ["x", "w", "b"], "z"), node("Add", ["z", "b"], "y")], [Self.weight, b]),
            ["Linear", "Affine"], map(expected) { $0 + Double(10 * ($1 + 1)) })
    }

    // MARK: Factors and sums

    @Test func arithmeticWithConstants() throws {
        let (v, s) = (tensor("v", [2], [2, -4]), tensor("s", [], [8]))
        func single(_ type: String, _ inputs: [String]) -> ONNXModel {
            model(
                [node(type, inputs, "a"), node("MatMul", ["a", "w"], "y")], [v, s, tensor("w", [2, 2], [1, 0, 0, 1])])
        }
        let cases: [(String, [String], (Double, Int) -> Double)] = [
            ("Add", ["x", "v"], { $0 + [2, -4][$1] }), ("Add", ["s", "x"], { value, _ in value + 8 }),
            ("Sub", ["x", "v"], { $0 - [2, -4][$1] }), ("Sub", ["v", "x"], { [2, -4][$1] - $0 }),
            ("Mul", ["v", "x"], { $0 * [2, -4][$1] }), ("Mul", ["x", "s"], { value, _ in value * 8 }),
            ("Div", ["x", "v"], { $0 / [2, -4][$1] }), ("Div", ["x", "s"], { value, _ in value / 8 }),
        ]
        for (type, inputs, function) in cases {
            try expect(single(type, inputs), ["Affine", "Linear"], map([[1, -2], [0.5, 3]], function))
        }
        // (x − v) / s · v: one layer.
        try expect(
            model(
                [
                    node("Sub", ["x", "v"], "a"), node("Div", ["a", "s"], "b"), node("Mul", ["b", "v"], "c"),
                    node("Add", ["c", "s"], "d"), node("MatMul", ["d", "w"], "y"),
                ], [v, s, tensor("w", [2, 2], [1, 0, 0, 1])]),
            ["Affine", "Linear"], map([[1, -2], [0.5, 3]]) { ($0 - [2, -4][$1]) / 8 * [2, -4][$1] + 8 })
        #expect(
            errorMessage { _ = try read(single("Div", ["v", "x"])) }
                == "file: node 0 (Div): joins values that both depend on the model's input in a way that is none of a layer"
        )
    }

    private static let square = tensor("w", [2, 2], [1, 2, 3, 4])

    /// A sum of two ways from one place, of which one has at most one layer.
    @Test func residuals() throws {
        let second = tensor("v", [2, 2], [0.5, -1, 2, 1])
        let bias = tensor("b", [2], [1, -2])
        func expect(_ nodes: [ONNXNode], _ layers: [any Layer], parameters: [Double]) throws {
            let restored = try read(model(nodes, [Self.square, second, bias]))
            #expect(try LayerCoding.encode(restored.layers) == LayerCoding.encode(layers))
            #expect(restored.parameters == parameters)
        }
        let product = Linear(2, 2, bias: false)
        let weight = Self.square.scalars(of: Double.self)!
        let other = second.scalars(of: Double.self)!
        for inputs in [["x", "r"], ["r", "x"]] {
            try expect(
                [node("MatMul", ["x", "w"], "z"), node("Relu", ["z"], "r"), node("Add", inputs, "y")],
                [Residual([product, ReLU()])], parameters: weight)
        }
        for inputs in [["p", "r"], ["r", "p"]] {
            try expect(
                [
                    node("MatMul", ["x", "w"], "z"), node("Relu", ["z"], "r"), node("Gemm", ["x", "v", "b"], "p"),
                    node("Add", inputs, "y"),
                ], [Residual([product, ReLU()], projection: Linear(2, 2))], parameters: weight + other + [1, -2])
        }
        // Within each other, and what is used twice is there twice.
        try expect(
            [
                node("MatMul", ["x", "w"], "z"), node("Add", ["x", "z"], "a"), node("Tanh", ["a"], "t"),
                node("Add", ["t", "x"], "y"),
            ], [Residual([Residual([product]), Tanh()])], parameters: weight)
        try expect(
            [node("MatMul", ["x", "w"], "z"), node("Add", ["z", "x"], "a"), node("Add", ["a", "z"], "y")],
            [Residual([Residual([product])], projection: product)], parameters: weight + weight)
    }

    @Test func sumsThatAreNoResidual() throws {
        func message(_ nodes: [ONNXNode]) -> String {
            errorMessage { _ = try read(model(nodes, [Self.square, tensor("c", [2, 1], [1, 2])])) }
        }
        #expect(message([node("Add", ["x", "x"], "y")]).hasPrefix("file: node 0 (Add): joins values"))
        // Columns that would be repeated.
        #expect(
            message([node("MatMul", ["x", "c"], "a"), node("Add", ["x", "a"], "y")])
                .hasPrefix("file: node 1 (Add): joins values"))
        #expect(
            message([
                node("MatMul", ["x", "w"], "a"), node("Relu", ["a"], "b"), node("MatMul", ["x", "w"], "e"),
                node("Tanh", ["e"], "d"), node("Add", ["b", "d"], "y"),
            ])
                == "file: node 4 (Add): adds two branches of several layers each, or a branch to itself; one "
                + "branch must have at most one layer")
        #expect(
            message([node("Abs", ["x"], "a"), node("Add", ["x", "a"], "y")])
                .hasPrefix("file: node 1 (Add): is supported only as a part of Softsign"))
        // Sums of sums of what they are sums of: each makes the layers of the two before it once more.
        func sums(_ count: Int) -> [ONNXNode] {
            [node("MatMul", ["x", "w"], "s0"), node("Add", ["s0", "x"], "s1")]
                + (2..<count).map { node("Add", ["s\($0 - 1)", "s\($0 - 2)"], $0 == count - 1 ? "y" : "s\($0)") }
        }
        #expect(message(sums(60)).hasPrefix("file: node "))
        let deep = (0..<40).flatMap { index in
            [
                node("Tanh", [index == 0 ? "x" : "s\(index - 1)"], "t\(index)"),
                node("Add", ["t\(index)", "x"], index == 39 ? "y" : "s\(index)"),
            ]
        }
        #expect(message(deep).contains("nests sums more than 12 deep"))
    }

    @Test func normalisations() throws {
        func vector(_ name: String, _ numbers: [Double]) -> ONNXTensor { tensor(name, [2], numbers) }
        let tensors = [
            vector("scale", [2, 3]), vector("bias", [1, -1]), vector("mean", [0.5, 1]), vector("variance", [4, 9]),
            tensor("w", [2, 2], [1, 0, 0, 1]),
        ]
        try expect(
            model(
                [
                    node(
                        "BatchNormalization", ["x", "scale", "bias", "mean", "variance"], "a", ["epsilon": .float(0.25)]
                    ),
                    node("MatMul", ["a", "w"], "y"),
                ], tensors),
            ["Affine", "Linear"],
            map([[1, -2], [0.5, 3]]) {
                ($0 - [0.5, 1][$1]) / ([4, 9][$1] + 0.25).squareRoot() * [2, 3][$1] + [1, -1][$1]
            })
        for axis in [-1, 1] {
            try expect(
                model(
                    [
                        node(
                            "LayerNormalization", ["x", "scale", "bias"], "y",
                            ["epsilon": .float(0.25), "axis": .integer(axis)])
                    ], tensors),
                ["LayerNorm"],
                [[1, -2], [0.5, 3]].map { row -> [Double] in
                    let half = (row[0] - row[1]) / 2
                    let unit = half / (half * half + 0.25).squareRoot()
                    return [2 * unit + 1, -3 * unit - 1]
                })
        }
        func scaler(_ offset: [Float], _ scale: [Float]) -> ONNXModel {
            model(
                [
                    node(
                        "Scaler", ["x"], "a", ["offset": .floats(offset), "scale": .floats(scale)], domain: "ai.onnx.ml"
                    ),
                    node("MatMul", ["a", "w"], "y"),
                ], tensors)
        }
        try expect(
            scaler([1, 2], [4, 5]), ["Affine", "Linear"],
            map([[1, -2], [0.5, 3]]) { ($0 - [1, 2][$1]) * [4, 5][$1] })
        try expect(scaler([1], [4]), ["Affine", "Linear"], map([[1, -2], [0.5, 3]]) { value, _ in (value - 1) * 4 })
        #expect(
            errorMessage { _ = try read(scaler([1, 2, 3], [4])) }
                == "file: node 0 (ai.onnx.ml.Scaler): its attribute offset is not one float, or one for each of 2 columns"
        )
    }

    // MARK: Activations

    private static let activations: [(String, [String: ONNXAttribute], String, @Sendable (Double) -> Double)] = [
        ("Relu", [:], "ReLU", { max($0, 0) }),
        ("LeakyRelu", [:], "LeakyReLU", { $0 < 0 ? 0.01 * $0 : $0 }),
        ("LeakyRelu", ["alpha": .float(0.2)], "LeakyReLU", { $0 < 0 ? 0.2 * $0 : $0 }),
        ("Elu", [:], "ELU", { $0 < 0 ? exp($0) - 1 : $0 }),
        ("Elu", ["alpha": .float(0.7)], "ELU", { $0 < 0 ? 0.7 * (exp($0) - 1) : $0 }),
        ("Gelu", [:], "GELU", { $0 * (1 + erf($0 / 2.0.squareRoot())) / 2 }),
        (
            "Gelu", ["approximate": .text("tanh")], "GELU",
            { $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) / 2 }
        ),
        ("Selu", [:], "SELU", { 1.0507009873554805 * ($0 > 0 ? $0 : 1.6732632423543772 * expm1($0)) }),
        ("Celu", ["alpha": .float(0.5)], "CELU", { $0 > 0 ? $0 : 0.5 * expm1($0 / 0.5) }),
        ("Mish", [:], "Mish", { $0 * tanh(log1p(exp($0))) }),
        ("HardSigmoid", ["alpha": .float(1 / 6)], "HardSigmoid", { min(max($0 + 3, 0), 6) / 6 }),
        ("HardSwish", [:], "HardSwish", { $0 * min(max($0 + 3, 0), 6) / 6 }),
        ("Softsign", [:], "Softsign", { $0 / (1 + abs($0)) }),
        ("Exp", [:], "Exponential", { exp($0) }),
        ("Sin", [:], "Sine", { sin($0) }),
        ("Clip", ["min": .float(-1), "max": .float(0.25)], "HardTanh", { min(max($0, -1), 0.25) }),
        ("Clip", ["min": .float(0)], "ReLU", { max($0, 0) }),
        ("Sigmoid", [:], "Sigmoid", { 1 / (1 + exp(-$0)) }),
        ("Softplus", [:], "Softplus", { log(1 + exp($0)) }),
        ("Tanh", [:], "Tanh", { tanh($0) }),
    ]

    @Test func activations() throws {
        for (type, attributes, layer, function) in Self.activations {
            try expect(
                model(
                    [node("Gemm", ["x", "w"], "z"), node(type, ["z"], "y", attributes)],
                    [tensor("w", [2, 2], [1, 0, 0, 1])]),
                ["Linear", layer], map([[1, -2], [0.5, 3]]) { value, _ in function(value) })
        }
        for (version, axis) in [(11, nil), (17, nil), (17, 1), (17, -1)] as [(Int, Int?)] {
            let rows = Self.product.map { row in
                let sum = row.reduce(0) { $0 + exp($1) }
                return row.map { exp($0) / sum }
            }
            try expect(
                model(
                    [
                        node("Gemm", ["x", "w"], "z"),
                        node("Softmax", ["z"], "y", axis.map { ["axis": .integer($0)] } ?? [:]),
                    ], [Self.weight], operatorVersion: version), ["Linear", "Softmax"], rows)
        }
    }

    /// What cuts numbers off: as attributes and inputs, in one node or several, and what is made of it.
    @Test func boundedActivations() throws {
        func number(_ name: String, _ number: Double) -> ONNXTensor { tensor(name, [], [number]) }
        let tensors = [
            tensor("w", [2, 2], [1, 0, 0, 1]), number("0", 0), number("3", 3), tensor("6", [1], [6]),
            number("1/6", 1.0 / 6),
            number("-1", -1), tensor("1", [1, 1], [1]), number("∞", .infinity), number("½", 0.5),
        ]
        let six: @Sendable (Double) -> Double = { min(max($0, 0), 6) }
        let most = Double.greatestFiniteMagnitude
        let cases: [([ONNXNode], [any Layer], (Double) -> Double)] = [
            ([node("Clip", ["z", "0", "6"], "y")], [HardTanh(minimum: 0, maximum: 6)], six),
            (
                [node("Clip", ["z"], "y", ["min": .float(0), "max": .float(6)])], [HardTanh(minimum: 0, maximum: 6)],
                six
            ),
            ([node("Relu", ["z"], "a"), node("Clip", ["a", "", "6"], "y")], [HardTanh(minimum: 0, maximum: 6)], six),
            ([node("Relu", ["z"], "a"), node("Min", ["a", "6"], "y")], [HardTanh(minimum: 0, maximum: 6)], six),
            ([node("Min", ["6", "z"], "a"), node("Max", ["a", "0"], "y")], [HardTanh(minimum: 0, maximum: 6)], six),
            (
                [node("Max", ["z", "0", "-1"], "a"), node("Min", ["a", "6"], "y")], [HardTanh(minimum: 0, maximum: 6)],
                six
            ),
            ([node("Min", ["z", "6"], "a"), node("Relu", ["a"], "y")], [HardTanh(minimum: 0, maximum: 6)], six),
            (
                [node("Clip", ["z", "-1", "1"], "a"), node("Clip", ["a", "0", "6"], "y")],
                [HardTanh(minimum: 0, maximum: 1)], { min(max($0, 0), 1) }
            ),
            ([node("Clip", ["z", "-1", "1"], "y")], [HardTanh()], { min(max($0, -1), 1) }),
            ([node("Relu", ["z"], "y")], [ReLU()], { max($0, 0) }),
            ([node("Clip", ["z", "0"], "y")], [ReLU()], { max($0, 0) }),
            ([node("Clip", ["z", "0", "∞"], "y")], [ReLU()], { max($0, 0) }),
            ([node("Max", ["z", "0"], "y")], [ReLU()], { max($0, 0) }),
            (
                [node("Clip", ["z"], "y", ["min": .float(0), "max": .float(.greatestFiniteMagnitude)])], [ReLU()],
                { max($0, 0) }
            ),
            ([node("Clip", ["z", "-1"], "y")], [HardTanh(minimum: -1, maximum: most)], { max($0, -1) }),
            ([node("Min", ["z", "1"], "y")], [HardTanh(minimum: -most, maximum: 1)], { min($0, 1) }),
            (
                [node("HardSigmoid", ["z"], "y")], [Affine(2), HardTanh(minimum: 0, maximum: 1)],
                { min(max(0.2 * $0 + 0.5, 0), 1) }
            ),
            (
                [node("Add", ["z", "3"], "a"), node("Clip", ["a", "0", "6"], "b"), node("Div", ["b", "6"], "y")],
                [HardSigmoid()], { min(max($0 + 3, 0), 6) / 6 }
            ),
            (
                [
                    node("Add", ["z", "3"], "a"), node("Relu", ["a"], "b"), node("Min", ["b", "6"], "c"),
                    node("Mul", ["c", "1/6"], "y"),
                ],
                [HardSigmoid()], { min(max($0 + 3, 0), 6) / 6 }
            ),
            (
                [node("HardSigmoid", ["z"], "a", ["alpha": .float(1 / 6)]), node("Mul", ["a", "z"], "y")],
                [HardSwish()],
                { $0 * min(max($0 + 3, 0), 6) / 6 }
            ),
            (
                [
                    node("Add", ["z", "3"], "a"), node("Clip", ["a", "0", "6"], "b"), node("Div", ["b", "6"], "c"),
                    node("Mul", ["z", "c"], "y"),
                ], [HardSwish()], { $0 * min(max($0 + 3, 0), 6) / 6 }
            ),
            (
                [node("Selu", ["z"], "y", ["alpha": .float(2), "gamma": .float(0.5)])], [ELU(alpha: 2), Affine(2)],
                { 0.5 * ($0 > 0 ? $0 : 2 * expm1($0)) }
            ),
        ]
        let inputs = Matrix<Double>([[1, -2], [0.5, 7], [-4, 2.5]])
        for (nodes, layers, function) in cases {
            let restored = try read(model([node("Gemm", ["x", "w"], "z")] + nodes, tensors))
            #expect(
                try LayerCoding.encode(Array(restored.layers.dropFirst())) == LayerCoding.encode(layers), "\(nodes)")
            for (found, input) in zip(try restored.predict(inputs).elements, inputs.elements) {
                #expect(abs(found - function(input)) < 1e-6, "\(nodes) of \(input)")
            }
        }
        // The numbers of Float end earlier.
        let one = try readFloats(model([node("Gemm", ["x", "w"], "z"), node("Clip", ["z", "-1"], "y")], tensors))
        #expect((one.layers[1] as? HardTanh)?.maximum == Double(Float.greatestFiniteMagnitude))
    }

    /// One slope, or one for each column, in the shapes that exporters give them; from a LeakyReLU as well.
    @Test func slopes() throws {
        for shape in [[], [1], [1, 1]] {
            let restored = try read(
                model(
                    [node("Gemm", ["x", "w"], "z"), node("PRelu", ["z", "s"], "y")],
                    [Self.weight, tensor("s", shape, [0.5])]))
            #expect((restored.layers[1] as? PReLU)?.perColumn == false && restored.parameters.last == 0.5)
        }
        for shape in [[3], [1, 3]] {
            let restored = try read(
                model(
                    [node("Gemm", ["x", "w"], "z"), node("PRelu", ["z", "s"], "y")],
                    [Self.weight, tensor("s", shape, [0.5, -0.25, 2])]))
            #expect((restored.layers[1] as? PReLU)?.perColumn == true)
            #expect(Array(restored.parameters.suffix(3)) == [0.5, -0.25, 2])
        }
        for shape in [[3, 1], [3, 1, 1], [2]] {
            let count = shape.reduce(1, *)
            let found = errorMessage {
                _ = try read(
                    model(
                        [node("Gemm", ["x", "w"], "z"), node("PRelu", ["z", "s"], "y")],
                        [Self.weight, tensor("s", shape, [Double](repeating: 1, count: count))]))
            }
            #expect(found.hasPrefix("file: node 1 (PRelu): \"s\" has the shape \(shape)"), "\(found)")
        }
    }

    /// An attribute of few decimal digits is that decimal number; another is the Float that it is.
    @Test func attributesAreTheNumbersMeant() throws {
        for (attribute, expected) in [
            (0.1, 0.1), (1e-5, 1e-5), (0.123456, 0.123456), (0x1p-17, 0x1p-17), (1.0 / 3, Double(Float(1.0 / 3))),
        ] {
            let restored = try read(
                model(
                    [
                        node("Gemm", ["x", "w"], "z"),
                        node("LeakyRelu", ["z"], "y", ["alpha": .float(Float(attribute))]),
                    ],
                    [Self.weight]))
            #expect((restored.layers[1] as? LeakyReLU)?.negativeSlope == expected)
        }
    }

    /// GELU and SiLU as exporters write them, the factors in any order and place.
    @Test func activationsOfSeveralNodes() throws {
        func number(_ name: String, _ number: Double) -> ONNXTensor { tensor(name, [], [number]) }
        let tensors = [
            tensor("w", [2, 2], [1, 0, 0, 1]), number("√2", Double(Float(2.0.squareRoot()))),
            number("√½", 0.5.squareRoot()),
            number("1", 1), number("½", 0.5), number("3", 3), number("20", 20), number("2", 2),
            number("k", Double(Float(0.044715))),
            number("√2/π", (2 / Double.pi).squareRoot()), number("6", 6), number("0", 0),
            tensor("slope", [1], [-0.5]), tensor("slopes", [2], [0.5, 0.25]), number("nan", .nan),
        ]
        let gelu = Self.activations[5].3
        let geluTanh = Self.activations[6].3
        let hardSwish = [
            node("Add", ["z", "3"], "a"), node("Clip", ["a", "0", "6"], "b"), node("Mul", ["z", "b"], "c"),
            node("Div", ["c", "6"], "y"),
        ]
        let cases: [([ONNXNode], String, @Sendable (Double) -> Double)] = [
            ([node("Sigmoid", ["z"], "a"), node("Mul", ["z", "a"], "y")], "SiLU", { $0 / (1 + exp(-$0)) }),
            ([node("Sigmoid", ["z"], "a"), node("Mul", ["a", "z"], "y")], "SiLU", { $0 / (1 + exp(-$0)) }),
            (
                [
                    node("Div", ["z", "√2"], "a"), node("Erf", ["a"], "b"), node("Add", ["b", "1"], "c"),
                    node("Mul", ["z", "c"], "d"), node("Mul", ["d", "½"], "y"),
                ], "GELU", gelu
            ),
            (
                [
                    node("Mul", ["√½", "z"], "a"), node("Erf", ["a"], "b"), node("Add", ["1", "b"], "c"),
                    node("Mul", ["z", "½"], "d"), node("Mul", ["c", "d"], "y"),
                ], "GELU", gelu
            ),
            (
                [
                    node("Mul", ["√½", "z"], "a"), node("Erf", ["a"], "b"), node("Add", ["1", "b"], "c"),
                    node("Mul", ["½", "c"], "d"), node("Mul", ["d", "z"], "y"),
                ], "GELU", gelu
            ),
            (
                [
                    node("Mul", ["z", "z"], "a"), node("Mul", ["z", "a"], "b"), node("Mul", ["k", "b"], "c"),
                    node("Add", ["z", "c"], "d"), node("Mul", ["√2/π", "d"], "e"), node("Tanh", ["e"], "f"),
                    node("Add", ["1", "f"], "g"), node("Mul", ["z", "g"], "h"), node("Mul", ["½", "h"], "y"),
                ], "GELU", geluTanh
            ),
            (
                [
                    node("Pow", ["z", "3"], "b"), node("Mul", ["b", "k"], "c"), node("Add", ["c", "z"], "d"),
                    node("Mul", ["d", "√2/π"], "e"), node("Tanh", ["e"], "f"), node("Add", ["f", "1"], "g"),
                    node("Mul", ["½", "z"], "h"), node("Mul", ["g", "h"], "y"),
                ], "GELU", geluTanh
            ),
            (
                [node("Softplus", ["z"], "a"), node("Tanh", ["a"], "b"), node("Mul", ["b", "z"], "y")], "Mish",
                { $0 * tanh(log1p(exp($0))) }
            ),
            (
                [node("Abs", ["z"], "a"), node("Add", ["1", "a"], "b"), node("Div", ["z", "b"], "y")], "Softsign",
                { $0 / (1 + abs($0)) }
            ),
            (hardSwish, "HardSwish", { $0 * min(max($0 + 3, 0), 6) / 6 }),
            ([node("Mul", ["z", "3"], "a"), node("Sin", ["a"], "y")], "Sine", { sin(3 * $0) }),
            ([node("PRelu", ["z", "slope"], "y")], "PReLU", { $0 > 0 ? $0 : -0.5 * $0 }),
            ([node("PRelu", ["z", "slopes"], "y")], "PReLU", { $0 > 0 ? $0 : 0.25 * $0 }),
        ]
        for (nodes, layer, function) in cases {
            try expect(
                model([node("Gemm", ["x", "w"], "z")] + nodes, tensors), ["Linear", layer],
                map([[1, -2], [0.5, 3]]) { value, _ in function(value) })
        }
        // x / √(mean(x²) + ½), as this package writes it and as PyTorch does; and as newer versions have it.
        let rms = [
            node("Mul", ["z", "z"], "a"), node("ReduceMean", ["a"], "b", ["axes": .integers([-1])]),
            node("Add", ["b", "½"], "c"), node("Sqrt", ["c"], "d"), node("Div", ["z", "d"], "e"),
            node("Mul", ["e", "slopes"], "y"),
        ]
        let torch = [
            node("Pow", ["z", "2"], "a"), node("ReduceMean", ["a", "axes"], "b"), node("Add", ["½", "b"], "c"),
            node("Sqrt", ["c"], "d"), node("Reciprocal", ["d"], "e"), node("Mul", ["e", "z"], "f"),
            node("Mul", ["slopes", "f"], "y"),
        ]
        let newer = [node("RMSNormalization", ["z", "slopes"], "y", ["epsilon": .float(0.5)])]
        let more = tensors + [ONNXTensor("axes", shape: [1], .integers([1]))]
        func normalized(_ weight: [Double]) -> [[Double]] {
            [[1, -2], [0.5, 3]].map { row in
                let root = (row.reduce(0) { $0 + $1 * $1 } / 2 + 0.5).squareRoot()
                return zip(row, weight).map { $0 / root * $1 }
            }
        }
        for nodes in [rms, torch, newer] {
            try expect(
                model([node("Gemm", ["x", "w"], "z")] + nodes, more), ["Linear", "RMSNorm"],
                normalized([0.5, 0.25]))
        }
        // Without an ε.
        let bare = Array(rms.prefix(2)) + [node("Sqrt", ["b"], "d"), node("Div", ["z", "d"], "y")]
        let restored = try read(model([node("Gemm", ["x", "w"], "z")] + bare, more))
        #expect((restored.layers[1] as? RMSNorm)?.epsilon == .leastNormalMagnitude)
        // Without a weight, and with one for all columns.
        try expect(
            model([node("Gemm", ["x", "w"], "z")] + rms.dropLast() + [node("Identity", ["e"], "y")], more),
            ["Linear", "RMSNorm"], normalized([1, 1]))
        try expect(
            model([node("Gemm", ["x", "w"], "z")] + rms.dropLast() + [node("Mul", ["e", "½"], "y")], more),
            ["Linear", "RMSNorm"], normalized([0.5, 0.5]))
        // Without the half it is twice a GELU.
        try expect(
            model([node("Gemm", ["x", "w"], "z")] + cases[2].0.dropLast() + [node("Identity", ["d"], "y")], tensors),
            ["Linear", "GELU", "Affine"], map([[1, -2], [0.5, 3]]) { value, _ in 2 * gelu(value) })
        // PyTorch's Softplus(beta: 3): x where 3·x > 20, else a third of the Softplus of 3·x.
        let softplus = [
            node("Mul", ["z", "3"], "a"), node("Softplus", ["a"], "b"), node("Div", ["b", "3"], "c"),
            node("Greater", ["a", "20"], "d"), node("Where", ["d", "z", "c"], "y"),
        ]
        try expect(
            model([node("Gemm", ["x", "w"], "z")] + softplus, tensors), ["Linear", "Affine", "Softplus", "Affine"],
            map([[1, -2], [0.5, 3]]) { value, _ in log(1 + exp(3 * value)) / 3 })
        // Almost a GELU is none.
        let almost: [([ONNXNode], String)] = [
            (
                [
                    node("Mul", ["z", "½"], "a"), node("Erf", ["a"], "b"), node("Add", ["b", "1"], "c"),
                    node("Mul", ["z", "c"], "y"),
                ], "node 4 (Mul): joins values"
            ),
            (
                [
                    node("Mul", ["z", "√½"], "a"), node("Erf", ["a"], "b"), node("Add", ["b", "2"], "c"),
                    node("Mul", ["z", "c"], "y"),
                ], "node 4 (Mul): joins values"
            ),
            (
                [
                    node("Pow", ["z", "3"], "b"), node("Mul", ["b", "½"], "c"), node("Add", ["c", "z"], "d"),
                    node("Mul", ["d", "√2/π"], "e"), node("Tanh", ["e"], "f"), node("Add", ["f", "1"], "g"),
                    node("Mul", ["z", "g"], "y"),
                ], "node 7 (Mul): joins values"
            ),
            (
                softplus.map { $0.type == "Greater" ? node("Greater", ["a", "3"], "d") : $0 },
                "node 5 (Where): joins values"
            ),
            (
                softplus.map { $0.type == "Greater" ? node("Greater", ["z", "20"], "d") : $0 },
                "node 5 (Where): joins values"
            ),
            (
                softplus.map { $0.type == "Div" ? node("Div", ["b", "2"], "c") : $0 }, "node 5 (Where): joins values"
            ),
            (
                softplus.map { $0.type == "Where" ? node("Where", ["d", "c", "z"], "y") : $0 },
                "node 5 (Where): joins values"
            ),
            ([node("Greater", ["z", "20"], "y")], "node 1 (Greater): is supported only as a part of GELU or Softplus"),
            (
                [node("Pow", ["z", "½"], "y")],
                "node 1 (Pow): raises to the power 0.5; only GELU's 2 and 3 are "
                    + "supported"
            ),
            ([node("Mul", ["z", "z"], "y")], "node 1 (Mul): is supported only as a part of GELU"),
            ([node("Sigmoid", ["x"], "a"), node("Mul", ["z", "a"], "y")], "node 2 (Mul): joins values"),
            (
                [node("Tanh", ["z"], "a"), node("Softplus", ["a"], "b"), node("Mul", ["z", "b"], "y")],
                "node 3 (Mul): joins values"
            ),
            (
                [node("Softplus", ["x"], "a"), node("Tanh", ["a"], "b"), node("Mul", ["z", "b"], "y")],
                "node 3 (Mul): joins"
            ),
            (
                [node("Abs", ["z"], "a"), node("Add", ["3", "a"], "b"), node("Div", ["z", "b"], "y")],
                "node 3 (Div): joins"
            ),
            (
                [node("Abs", ["x"], "a"), node("Add", ["1", "a"], "b"), node("Div", ["z", "b"], "y")],
                "node 3 (Div): joins"
            ),
            ([node("Abs", ["z"], "y")], "node 1 (Abs): is supported only as a part of Softsign"),
            (
                rms.dropLast(2) + [node("Sqrt", ["c"], "y")],
                "node 5 (Sqrt): is supported only as a part of RMSNorm, whose other parts are missing"
            ),
            (rms.map { $0.type == "Div" ? node("Div", ["x", "d"], "e") : $0 }, "node 5 (Div): joins values"),
            (rms.map { $0.type == "Div" ? node("Mul", ["z", "d"], "e") : $0 }, "node 5 (Mul): joins values"),
            (
                rms.map { $0.type == "Mul" && $0.outputs == ["a"] ? node("Abs", ["z"], "a") : $0 },
                "node 2 (ReduceMean): is not a mean of squares; only that of RMSNorm is supported"
            ),
            (
                rms.map { $0.type == "ReduceMean" ? node("ReduceMean", ["a"], "b", ["axes": .integers([0])]) : $0 },
                "node 2 (ReduceMean): is along the axes [0]; only the mean of each row is supported, axis 1 with "
                    + "keepdims 1"
            ),
            (
                rms.map {
                    $0.type == "ReduceMean"
                        ? node("ReduceMean", ["a"], "b", ["axes": .integers([1]), "keepdims": .integer(0)]) : $0
                }, "node 2 (ReduceMean): is along the axes [1]; only the mean of each row"
            ),
            (
                [node("Sqrt", ["z"], "y")],
                "node 1 (Sqrt): is not a root of mean squares; only that of RMSNorm is supported"
            ),
            (
                [node("Reciprocal", ["z"], "y")],
                "node 1 (Reciprocal): is not the reciprocal of a root of mean squares; only that of RMSNorm is "
                    + "supported"
            ),
            (
                [node("RMSNormalization", ["z", "slopes"], "y", ["axis": .integer(0)])],
                "node 1 (RMSNormalization): is along axis 0; only axis 1, along the rows, is supported"
            ),
            (
                hardSwish.map { $0.type == "Add" ? node("Add", ["z", "2"], "a") : $0 }, "node 3 (Mul): joins values"
            ),
            (
                hardSwish.map { $0.type == "Clip" ? node("Clip", ["a", "0", "3"], "b") : $0 },
                "node 3 (Mul): joins values"
            ),
            (
                [
                    node("Sigmoid", ["z"], "a"), node("HardSigmoid", ["a"], "b", ["alpha": .float(1 / 6)]),
                    node("Mul", ["z", "b"], "y"),
                ],
                "node 3 (Mul): joins values"
            ),
            (
                [node("Clip", ["z", "3", "0"], "y")],
                "node 1 (Clip): has the bounds 3.0 and 0.0, which exclude "
                    + "every value"
            ),
            (
                [node("Clip", ["z", "nan"], "y")],
                "node 1 (Clip): has the bounds nan and inf, which exclude every value"
            ),
            ([node("Clip", ["z", "slopes"], "y")], "node 1 (Clip): \"slopes\" has the shape [2]; a float is expected"),
            (
                [node("Clip", ["z", "0", "3"], "a"), node("Max", ["a", "6"], "y")],
                "node 2 (Max): leaves only the value 6.0"
            ),
            (
                [node("Max", ["z", "slopes"], "y")],
                "node 1 (Max): \"slopes\" has the shape [2]; only one bound for all columns is supported"
            ),
            ([node("Min", ["z", "x"], "y")], "node 1 (Min): joins values"),
            ([node("PRelu", ["z", "w"], "y")], "node 1 (PRelu): \"w\" has the shape [2, 2]; a float is expected"),
            (
                [node("LogSoftmax", ["z"], "y", ["axis": .integer(0)])],
                "node 1 (LogSoftmax): is along axis 0; only axis 1, along the rows, is supported"
            ),
            (
                [node("Gelu", ["z"], "y", ["approximate": .text("sin")])],
                "node 1 (Gelu): its attribute approximate is \"sin\""
            ),
        ]
        for (nodes, expected) in almost {
            let found = errorMessage {
                _ = try read(model([node("Gemm", ["x", "w"], "z")] + nodes, tensors))
            }
            #expect(found.hasPrefix("file: \(expected)"), "\(found)")
        }
    }

    // MARK: What changes nothing

    @Test func nodesThatChangeNothing() throws {
        func sizes(_ sizes: [Int]) -> ONNXTensor { ONNXTensor("s", shape: [sizes.count], .integers(sizes)) }
        func around(_ nodes: [ONNXNode], _ tensors: [ONNXTensor] = []) -> ONNXModel {
            model(nodes + [node("Gemm", ["a", "w"], "y")], [Self.weight] + tensors)
        }
        for nodes in [
            [node("Identity", ["x"], "a")], [node("Dropout", ["x"], "a")], [node("Dropout", ["x", "r"], "a")],
            [node("Cast", ["x"], "a", ["to": .integer(1)])], [node("Cast", ["x"], "a", ["to": .integer(11)])],
            [node("Flatten", ["x"], "a")], [node("Flatten", ["x"], "a", ["axis": .integer(-1)])],
        ] {
            try expect(around(nodes, [tensor("r", [], [0.5])]), ["Linear"], Self.product)
        }
        for shape in [[-1, 2], [0, 2], [0, -1]] {
            try expect(around([node("Reshape", ["x", "s"], "a")], [sizes(shape)]), ["Linear"], Self.product)
        }
        let refused: [([ONNXNode], [Int], String)] = [
            ([node("Reshape", ["x", "s"], "a")], [-1, 1], "reshapes rows × 2 to [-1, 1]"),
            ([node("Reshape", ["x", "s"], "a")], [-1, -1], "reshapes rows × 2 to [-1, -1]"),
            ([node("Reshape", ["x", "s"], "a")], [-1, 2, 1], "reshapes rows × 2 to [-1, 2, 1]"),
            ([node("Reshape", ["x", "s"], "a")], [4, 2], "reshapes rows × 2 to [4, 2]"),
            (
                [node("Cast", ["x"], "a", ["to": .integer(7)])], [],
                "casts to type 7; only FLOAT (1) and DOUBLE (11) are supported"
            ),
            ([node("Dropout", ["x", "r", "r"], "a")], [], "may be in training mode"),
            (
                [node("Flatten", ["x"], "a", ["axis": .integer(0)])], [],
                "flattens from axis 0; only axis 1 keeps the rows"
            ),
        ]
        for (nodes, shape, expected) in refused {
            let found = errorMessage {
                _ = try read(around(nodes, [sizes(shape), tensor("r", [], [0.5])]))
            }
            #expect(found == "file: node 0 (\(nodes[0].type)): \(expected)")
        }
    }

    @Test func inputsOfMoreDimensions() throws {
        var image = model(
            [node("Flatten", ["x"], "a"), node("Gemm", ["a", "w"], "y")], [tensor("w", [6, 1], [1, 2, 3, 4, 5, 6])])
        image.graph.inputs[0].shape = [.name("batch"), .size(1), .size(2), .size(3)]
        try expect(image, ["Linear"], [[21]], Matrix([[1, 1, 1, 1, 1, 1]]))
        image.graph.nodes[0] = node("Relu", ["x"], "a")
        #expect(
            errorMessage { _ = try read(image) }
                == "file: node 0 (Relu): takes an input of more than two dimensions; a Flatten must come before")
        image.graph.inputs[0].shape = [.size(6)]
        #expect(
            errorMessage { _ = try read(image) }
                == "file: the input \"x\" has 1 dimension; batch × features are needed")
        image.graph.inputs[0].shape = [.name("batch"), .size(1 << 20), .size(1 << 20), .size(1 << 30)]
        #expect(errorMessage { _ = try read(image) }.contains("has no fixed size from 1 to 2³¹ − 1"))
        image.graph.inputs[0].type = 10
        #expect(
            errorMessage { _ = try read(image) }
                == "file: the input \"x\" is of type 10; only FLOAT (1) and DOUBLE (11) are supported")
    }

    @Test func constantsOfNodes() throws {
        let values: [ONNXAttribute] = [
            .float(2), .floats([2]), .floats([2, 2]), .tensor(tensor("", [1, 2], [2, 2])),
            .tensor(ONNXTensor("", shape: [], .floats([2]))),
        ]
        for value in values {
            try expect(
                model(
                    [
                        node("Constant", [], "c", ["value": value]), node("Identity", ["c"], "d"),
                        node("Mul", ["x", "d"], "a"), node("Gemm", ["a", "w"], "y"),
                    ], [Self.weight]), ["Affine", "Linear"], map(Self.product) { value, _ in 2 * value })
        }
        #expect(
            errorMessage {
                _ =
                    try read(
                        model(
                            [node("Constant", [], "c", ["value": .text("2")]), node("Mul", ["x", "c"], "y")]))

            } == "file: node 0 (Constant): its value has no numbers")
    }

    // MARK: Outputs

    /// As skl2onnx writes a classifier of two classes.
    @Test func probabilitiesOfTwoClasses() throws {
        let nodes = [
            node("Gemm", ["x", "w", "b"], "a"), node("Sigmoid", ["a"], "p"), node("Sub", ["1", "p"], "q"),
            node("Concat", ["q", "p"], "y", ["axis": .integer(1)]), node("ArgMax", ["y"], "label"),
        ]
        let tensors = [tensor("w", [2, 1], [1, -0.5]), tensor("b", [1, 1], [0.25]), tensor("1", [], [1])]
        func sigmoid(_ z: Double) -> Double { 1 / (1 + exp(-z)) }
        let second = [sigmoid(2.25), sigmoid(-0.75)]
        try expect(model(nodes, tensors), ["Linear", "Softmax"], second.map { [1 - $0, $0] })
        var other = nodes
        other[3] = node("Concat", ["p", "q"], "y", ["axis": .integer(1)])
        #expect(
            errorMessage { _ = try read(model(other, tensors)) }.hasPrefix(
                "file: node 3 (Concat): joins values"))
        other = nodes
        other[3] = node("Concat", ["q", "p"], "y", ["axis": .integer(0)])
        #expect(
            errorMessage { _ = try read(model(other, tensors)) }.hasPrefix(
                "file: node 3 (Concat): joins values"))
        other = nodes
        other.insert(node("Tanh", ["a"], "t"), at: 1)
        other[2] = node("Sigmoid", ["t"], "p")
        #expect(
            errorMessage { _ = try read(model(other, tensors)) }
                == "file: node 4 (Concat): joins two classes whose probabilities don't come from a product")
    }

    @Test func theOutputIsChosen() throws {
        var two = model(
            [
                node("Gemm", ["x", "w"], "z", name: "first"), node("Softmax", ["z"], "y"), node("Conv", ["z"], "other"),
            ], [Self.weight])
        two.graph.outputs = [ONNXValue(name: "label", type: 7), ONNXValue(name: "y", type: 1)]
        try expect(two, ["Linear"], Self.product, output: "z")
        #expect(try (read(two)).layers.count == 2)
        two.graph.outputs.append(ONNXValue(name: "z", type: 11))
        #expect(
            errorMessage { _ = try read(two) }
                == "file: 2 of its outputs \"label\", \"y\", \"z\" are floats; name the one that the model should "
                + "return")
        #expect(
            errorMessage { _ = try read(two, output: "nothing") }
                == "file: no node makes \"nothing\"; the outputs are \"label\", \"y\", \"z\"")
        #expect(
            errorMessage { _ = try read(two, output: "other") }.hasPrefix(
                "file: node 2 (Conv): not one of Abs, Add, "))
        two.graph.nodes[0].outputs = ["first output", "z"]
        #expect(
            errorMessage { _ = try read(two, output: "y") }
                == "file: node 0 'first' (Gemm): only its first output is supported; \"z\" is another")
    }

    @Test func modelsThatAreNone() {
        let cases: [(ONNXModel, String)] = [
            (model([node("Identity", ["x"], "y")]), "a model needs at least one layer; the list of layers is empty"),
            (
                model([node("Relu", ["x"], "y")]),
                "no layer defines the number of input features; the model needs a Linear"
            ),
            (
                model(
                    [node("LeakyRelu", ["z"], "y", ["alpha": .float(-1)]), node("Gemm", ["x", "w"], "z")].reversed(),
                    [Self.weight]),
                "layer 1 (LeakyReLU): the negative slope is -1.0; it must be finite and not negative"
            ),
            (
                model([node("Constant", [], "y", ["value": .float(1)])]),
                "the output depends on 0 inputs: ; a model has one, a matrix"
            ),
            (
                model([node("Gemm", ["w", "x"], "y")], [Self.weight]),
                "node 0 (Gemm): input 0 is constant; the model's rows are expected there"
            ),
            (
                model([node("Gemm", ["x", "w", "b"], "y")], [Self.weight, tensor("b", [2], [1, 2])]),
                "node 0 (Gemm): \"b\" has the shape [2]; a float is expected, or one for each of 3 columns"
            ),
            (
                model([node("Gemm", ["x", "w", "b"], "y")], [Self.weight, tensor("b", [3, 1], [1, 2, 3])]),
                "node 0 (Gemm): \"b\" has the shape [3, 1]; a float is expected, or one for each of 3 columns"
            ),
            (
                model([node("Gemm", ["x", "w"], "y", ["alpha": .integer(1)])], [Self.weight]),
                "node 0 (Gemm): its attribute alpha is not a finite float"
            ),
            (
                model([node("Gemm", ["x", "w"], "y", ["alpha": .float(.nan)])], [Self.weight]),
                "node 0 (Gemm): its attribute alpha is not a finite float"
            ),
            (
                model([node("Gemm", ["x", "w"], "y", ["transB": .float(1)])], [Self.weight]),
                "node 0 (Gemm): its attribute transB is not an integer"
            ),
            (
                model(
                    [node("Div", ["x", "0"], "z"), node("Gemm", ["z", "w"], "y")], [Self.weight, tensor("0", [], [0])]),
                "node 0 (Div): has inf as factor; all numbers must be finite"
            ),
        ]
        for (model, expected) in cases {
            #expect(errorMessage { _ = try read(model) } == "file: \(expected)")
        }
    }

    @Test func numbersThatAreNotFinite() throws {
        let broken = model(
            [node("Gemm", ["x", "w", "b"], "y")], [tensor("w", [2, 1], [1, .infinity]), tensor("b", [1], [.nan])])
        #expect(
            errorMessage { _ = try read(broken) }
                == "file: node 0 (Gemm): has inf in its weight \"w\"; all numbers must be finite")
        let restored = try read(broken, allowsNonFinite: true)
        #expect(restored.parameters[1] == .infinity && restored.parameters[2].isNaN)
        // What is finite in Double can be infinite in Float.
        let large = model([node("Gemm", ["x", "w"], "y")], [tensor("w", [2, 1], [1, 1e300])])
        #expect(
            errorMessage { _ = try readFloats(large) }
                == "file: node 0 (Gemm): has inf in its weight \"w\"; all numbers must be finite")
        for tensors in [
            [tensor("w", [2, 1], [1, 1]), tensor("b", [1], [1e300])],
            // Either fits; their product does not.
            [tensor("w", [2, 1], [1, 1]), tensor("b", [1], [1e20])],
        ] {
            let late = model(
                [node("Gemm", ["x", "w", "b"], "z"), node("Mul", ["z", "b"], "m"), node("Mul", ["m", "b"], "y")],
                tensors)
            #expect(
                errorMessage { _ = try readFloats(late) }
                    == "file: its numbers become infinite or NaN when combined as Float")
        }
    }

    /// Before version 14 a normalisation says by its outputs that it is one in training.
    @Test func normalisationsInTraining() throws {
        let ones = ["s", "b", "m", "v"].map { tensor($0, [2], [1, 2]) }
        var normalisation = node("BatchNormalization", ["x", "s", "b", "m", "v"], "y")
        _ = try read(model([normalisation], ones, operatorVersion: 9))
        normalisation.outputs += ["mean", "variance"]
        let found = errorMessage { _ = try read(model([normalisation], ones, operatorVersion: 9)) }
        #expect(found == "file: node 0 (BatchNormalization): is in training mode")
    }
}
