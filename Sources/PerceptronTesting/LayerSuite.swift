import Perceptron

/// Checks for every layer.
///
/// ```swift
/// try LayerSuite(Square(), inputFeatures: 5).check()
/// ```
///
/// A `Codable` layer must first be registered with `LayerRegistry`.
public struct LayerSuite: TestSuite {
    /// The checks of a layer.
    public enum Check: String, CaseIterable, Sendable {
        /// The layer's declared widths, parameters and parts are consistent.
        case shape
        /// Each of the invalid layers throws, and so does the layer for a width that it does not expect.
        case arguments
        /// The parameters' gradient is the slope of the outputs, in Double.
        case parameterGradient
        /// The inputs' gradient is the slope of the outputs, in Double.
        case inputGradient
        /// A pass writes every element that it must, independently of the old values.
        case everyElement
        /// If the layer treats rows separately: blocks of rows give the same results as the whole.
        case blocksOfRows
        /// If it treats columns separately: blocks of columns give the same results as the whole, and write nothing
        /// else.
        case blocksOfColumns
        /// Parts of the parameters' gradient are those of the whole.
        case parts
        /// If the layer declares that its backward pass doesn't read its output, it doesn't.
        case readsOutput
        /// If it works in place: that gives the same results as `forward` and `backward`, also in a part of larger
        /// memory.
        case inPlace
        /// Outputs and gradients in Float match those in Double up to rounding.
        case floatAgainstDouble
        /// In a model: `NetworkSuite.Check.threads`.
        case threads
        /// In a model: `NetworkSuite.Check.resuming`.
        case resuming
        /// In a model: `NetworkSuite.Check.file`.
        case file
        /// In a model: `NetworkSuite.Check.predictor`.
        case predictor
    }

    public let subject: String
    private let layer: any Layer
    private let sample: InputSample
    private let invalid: [any Layer]

    /// Checks of a layer.
    ///
    /// - Parameters:
    ///   - layer: preferably with settings other than the defaults.
    ///   - inputFeatures: the number of input columns.
    ///   - invalid: layers, each of which must throw when a model is made of it.
    ///   - subject: its name in errors; its type if nil.
    public init(_ layer: any Layer, inputFeatures: Int, invalid: [any Layer] = [], subject: String? = nil) {
        self.layer = layer
        self.invalid = invalid
        sample = InputSample(features: inputFeatures)
        self.subject = subject ?? "\(type(of: layer))"
    }

    /// Creates checks for a layer that doesn't take arbitrary numbers.
    ///
    /// - Parameters:
    ///   - layer: preferably with settings other than the defaults.
    ///   - inputs: rows that it takes.
    ///   - codes: the columns that hold codes, which have no slope: their gradient must be 0. If there are any, the
    ///     layer is the first of its model.
    ///   - invalid: layers, each of which must throw when a model is made of it.
    ///   - subject: its name in errors; its type if nil.
    public init(
        _ layer: any Layer, inputs: Matrix<Double>, codes: Set<Int> = [], invalid: [any Layer] = [],
        subject: String? = nil
    ) {
        self.layer = layer
        self.invalid = invalid
        sample = InputSample(features: inputs.columns, given: inputs, codes: codes)
        self.subject = subject ?? "\(type(of: layer))"
    }

    public func run(_ check: Check) throws {
        if layer is any CompositeLayer { try runComposite(check) } else { try runSimple(check) }
    }

    /// Checks a composite layer, which has no passes of its own, in a model.
    private func runComposite(_ check: Check) throws {
        let suite = NetworkSuite(
            [Entrance(features: sample.features), layer], inputs: sample.given, codes: sample.codes)
        switch check {
        case .parameterGradient: try suite.run(.parameterGradient)
        case .inputGradient: try suite.run(.inputGradient)
        case .floatAgainstDouble: try suite.run(.floatAgainstDouble)
        case .everyElement, .blocksOfRows, .blocksOfColumns, .parts, .readsOutput, .inPlace: break
        case .shape, .arguments, .threads, .resuming, .file, .predictor: try runSimple(check)
        }
    }

    private func runSimple(_ check: Check) throws {
        switch check {
        case .shape: try checkShape()
        case .arguments: try checkArguments()
        case .parameterGradient: try checkParameterGradient()
        case .inputGradient: try checkInputGradient()
        case .everyElement: try checkEveryElement()
        case .blocksOfRows: try checkBlocksOfRows()
        case .blocksOfColumns: try checkBlocksOfColumns()
        case .parts: try checkParts()
        case .readsOutput: try checkReadsOutput()
        case .inPlace: try checkInPlace()
        case .floatAgainstDouble: try checkFloatAgainstDouble()
        case .threads: try networkSuite().run(.threads)
        case .resuming: try networkSuite().run(.resuming)
        case .file: try networkSuite().run(.file)
        case .predictor: try networkSuite().run(.predictor)
        }
    }

    // MARK: The layer in a model

    /// The layers after it are wide enough for a batch to be split; parameters before it make gradients flow back
    /// through it.
    private func networkSuite() throws -> NetworkSuite {
        let width = 96
        let outputs = try layer.outputFeatures(forInputFeatures: sample.features)
        let first: [any Layer] = sample.codes.isEmpty ? [Affine(sample.features)] : []
        return NetworkSuite(
            first + [layer, Linear(outputs, width), Tanh(), Linear(width, width), Tanh(), Linear(width, 3)],
            inputs: sample.given, codes: sample.codes)
    }

    // MARK: The layer by itself

    /// A batch with an arbitrary output gradient, and with the layer's parameters slightly perturbed, because their
    /// initial values could hide a fault.
    private func call<Scalar: BLASScalar>(_: Scalar.Type, rows: Int = 7) throws -> LayerCall<Scalar> {
        let model = try MLP<Double>([Entrance(features: sample.features), layer], seed: 11)
        var generator = RandomGenerator(seed: 3)
        let parameters = model.parameters.map { Scalar(Float($0 + 0.1 * generator.nextNormalPair().0)) }
        let inputs = sample.rows(rows)
        let gradient = generator.normalMatrix(rows, model.outputFeatures)
        return LayerCall(
            layer,
            inputs: Matrix(rows: rows, columns: inputs.columns, elements: inputs.elements.map { Scalar($0) }),
            parameters: parameters,
            gradient: Matrix(
                rows: rows, columns: gradient.columns, elements: gradient.elements.map { Scalar(Float($0)) }))
    }

    private func checkShape() throws {
        let features = sample.features
        let parameters = layer.parameters(forInputFeatures: features)
        try expect(
            Set(parameters.map(\.name)).count == parameters.count && parameters.allSatisfy { !$0.name.isEmpty },
            "its parameters are called \(parameters.map(\.name)); each needs a name of its own")
        if let expected = layer.expectedInputFeatures {
            _ = try MLP<Double>([Entrance(features: expected), layer])
        }
        let count = parameters.reduce(0) { $0 + $1.rows * $1.columns }
        let parts = layer.parameterParts(forInputFeatures: features)
        try expect(
            parts >= 1 && count.isMultiple(of: parts),
            "\(counted(count, "parameter")) can't be cut into \(parts) equal parts")
        // The model reports any other inconsistent sizes.
        _ = try MLP<Double>([Entrance(features: features), layer])
    }

    private func checkArguments() throws {
        func expectThrows(_ layers: [any Layer], _ what: String) throws {
            do {
                _ = try MLP<Double>(layers)
            } catch {
                return
            }
            throw Finding("a model with \(what) throws nothing")
        }
        for layer in invalid { try expectThrows([Entrance(features: sample.features), layer], "\(layer)") }
        if layer.expectedInputFeatures != nil {
            let features = sample.features + 1
            try expectThrows([Entrance(features: features), layer], "\(counted(features, "feature")) before the layer")
        }
    }

    /// Σ gradient ∘ outputs, whose derivatives are the results of the backward pass.
    private func sum(_ call: LayerCall<Double>) -> Double {
        zip(call.forward().elements, call.gradient.elements).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private func checkParameterGradient() throws {
        let call = try call(Double.self)
        try DifferenceQuotient.check(
            call.parameterGradients(),
            of: { sum(LayerCall(layer, inputs: call.inputs, parameters: $0, gradient: call.gradient)) },
            at: call.parameters, "the gradient of the parameters")
    }

    private func checkInputGradient() throws {
        let call = try call(Double.self)
        let gradient = call.backward().elements
        try DifferenceQuotient.check(
            gradient,
            of: { elements in
                let inputs = Matrix(rows: call.inputs.rows, columns: call.inputs.columns, elements: elements)
                return sum(LayerCall(layer, inputs: inputs, parameters: call.parameters, gradient: call.gradient))
            }, at: call.inputs.elements, "the gradient of the inputs", skipping: sample.isCode)
        for index in gradient.indices where sample.isCode(index) && gradient[index] != 0 {
            throw Finding(
                "element \(index) of the gradient of the inputs is \(gradient[index]); of a code it must be 0")
        }
    }

    private func checkEveryElement() throws {
        func check<Scalar: BLASScalar>(_: Scalar.Type) throws {
            let call = try call(Scalar.self)
            let (outputs, inputGradient, gradients) = (call.forward(), call.backward(), call.parameterGradients())
            for filling: Scalar in [7, -1e10] {
                try Comparison.same(
                    call.forward(over: filling).elements, outputs.elements, "outputs written over \(filling)")
                try Comparison.same(
                    call.backward(over: filling).elements, inputGradient.elements,
                    "the inputs' gradient written over \(filling)")
                try Comparison.same(
                    call.parameterGradients(over: filling), gradients,
                    "the parameters' gradient written over \(filling)")
            }
            for (name, elements) in [
                ("outputs", outputs.elements), ("the inputs' gradient", inputGradient.elements),
                ("the parameters' gradient", gradients),
            ] {
                if let index = elements.firstIndex(where: { !$0.isFinite }) {
                    throw Finding("\(name): element \(index) is \(elements[index])")
                }
            }
        }
        try check(Double.self)
        try check(Float.self)
    }

    private func checkBlocksOfRows() throws {
        guard layer.treatsRowsApartInTraining else { return }
        let call = try call(Double.self)
        let (outputs, inputGradient) = (call.forward(), call.backward())
        for blocks in [[0..<1, 1..<4, 4..<7], [0..<6, 6..<7]] {
            var found = (outputs: outputs, inputGradient: inputGradient)
            found.outputs.elements = outputs.elements.map { _ in .nan }
            found.inputGradient.elements = inputGradient.elements.map { _ in .nan }
            for rows in blocks {
                call.forward(rows: rows, columns: 0..<outputs.columns, into: &found.outputs)
                call.backward(rows: rows, columns: 0..<inputGradient.columns, into: &found.inputGradient)
            }
            try compare(found.outputs, outputs, "outputs in blocks of rows \(blocks)")
            try compare(found.inputGradient, inputGradient, "the inputs' gradient in blocks of rows \(blocks)")
        }
    }

    private func checkBlocksOfColumns() throws {
        guard layer.treatsColumnsApart else { return }
        let call = try call(Double.self)
        func check(
            _ whole: Matrix<Double>, _ what: String, _ write: (Range<Int>, inout Matrix<Double>) -> Void
        ) throws {
            for cut in Set([1, whole.columns / 2]) where cut > 0 && cut < whole.columns {
                var found = Matrix<Double>(rows: whole.rows, columns: whole.columns, repeating: .nan)
                write(cut..<whole.columns, &found)
                for row in 0..<whole.rows {
                    for column in 0..<cut where !found[row, column].isNaN {
                        throw Finding(
                            "\(what): columns from \(cut) were requested, but column \(column) was written")
                    }
                }
                write(0..<cut, &found)
                try compare(found, whole, "\(what) in columns cut at \(cut)")
            }
        }
        try check(call.forward(), "outputs") { call.forward(rows: 0..<7, columns: $0, into: &$1) }
        try check(call.backward(), "the inputs' gradient") { call.backward(rows: 0..<7, columns: $0, into: &$1) }
    }

    private func checkParts() throws {
        let parts = layer.parameterParts(forInputFeatures: sample.features)
        guard parts > 1 else { return }
        let call = try call(Double.self)
        let whole = call.parameterGradients()
        for cut in Set([1, parts / 2, parts - 1]) where cut > 0 && cut < parts {
            try Comparison.close(
                call.parameterGradients(0..<cut) + call.parameterGradients(cut..<parts), whole,
                relative: Comparison.rounding(Double.self),
                "the parameters' gradient in parts cut at \(cut) of \(parts)")
        }
    }

    private func checkReadsOutput() throws {
        guard !layer.readsOutputInBackward else { return }
        var call = try call(Double.self)
        let (inputGradient, gradients) = (call.backward(), call.parameterGradients())
        call.outputs = Matrix(rows: call.outputs.rows, columns: call.outputs.columns, repeating: .nan)
        let what = "without the output, which the layer says it doesn't read"
        try Comparison.same(call.backward().elements, inputGradient.elements, "the inputs' gradient \(what)")
        try Comparison.same(call.parameterGradients(), gradients, "the parameters' gradient \(what)")
    }

    private func checkInPlace() throws {
        guard let layer = layer as? any InPlaceLayer else { return }
        let call = try call(Double.self)
        let columns = call.inputs.columns
        try expect(
            call.outputs.columns == columns && call.parameters.isEmpty,
            "a layer that works in place gives as many columns as it takes, and has no parameters")
        // The stride exceeds the number of columns, as in a block of a matrix.
        func inPlace(_ matrix: Matrix<Double>, _ change: (inout MutableMatrixView<Double>) -> Void) throws -> Matrix<
            Double
        > {
            let (rows, stride) = (matrix.rows, columns + 2)
            var memory = [Double](repeating: .nan, count: rows * stride)
            for row in 0..<rows {
                for column in 0..<columns { memory[row * stride + column] = matrix[row, column] }
            }
            var view = MutableMatrixView(rows: rows, columns: columns, stride: stride, elements: memory.mutableSpan)
            change(&view)
            for index in memory.indices where index % stride >= columns {
                try expect(memory[index].isNaN, "what lies between the rows was written")
            }
            return Matrix((0..<rows).map { Array(memory[$0 * stride..<$0 * stride + columns]) })
        }
        try compare(inPlace(call.inputs) { layer.activate(&$0) }, call.outputs, "outputs in place")
        try compare(
            inPlace(call.gradient) { layer.differentiate(outputs: call.outputs.view, gradient: &$0) }, call.backward(),
            "the inputs' gradient in place")
    }

    private func checkFloatAgainstDouble() throws {
        let (double, float) = (try call(Double.self, rows: 33), try call(Float.self, rows: 33))
        let relative = Comparison.rounding(Float.self)
        try Comparison.close(float.outputs.elements, double.outputs.elements, relative: relative, "outputs in Float")
        try Comparison.close(
            float.backward().elements, double.backward().elements, relative: relative, "the inputs' gradient in Float")
        try Comparison.close(
            float.parameterGradients(), double.parameterGradients(), relative: relative,
            "the parameters' gradient in Float")
    }

    private func compare(_ found: Matrix<Double>, _ expected: Matrix<Double>, _ what: String) throws {
        try Comparison.close(
            found.elements, expected.elements, relative: Comparison.rounding(Double.self), what)
    }
}
