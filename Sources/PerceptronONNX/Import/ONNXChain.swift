import Perceptron

/// Follows the rows through a graph and records each value, its origin, and the step between the two.
///
/// A graph becomes layers if it is a chain. Where exporters write a layer as several nodes with branches, such as
/// x · sigmoid(x) for SiLU, the node that joins the branches becomes a step from the value where they split.
struct ONNXChain {
    /// A problem with a node or with the graph.
    struct Failure: Error {
        let reason: String
    }

    /// Rows of numbers at one point in the graph.
    struct Value {
        /// The value it comes from; nil for the graph's input, flattened or not.
        let origin: Int?
        let step: ONNXStep?
        /// The index of the node that makes it.
        let node: Int
        let width: Int
        /// False for an input of more than two dimensions that hasn't been flattened.
        let isMatrix: Bool
    }

    /// What a name in the graph refers to.
    enum Operand {
        case rows(Int)
        case constant(ONNXTensor)
    }

    let operatorVersion: Int
    private(set) var values: [Value]
    /// The index of the node being read.
    var node = 0
    /// The values that are already on a way of a sum.
    private var wayValues: Set<Int> = []
    /// How many more numbers may be made from those in the file; constants can be used more than once.
    private var allowance: Int

    /// - Parameter numbers: the count of numbers in the file.
    /// - Throws: if the input isn't a batch of rows of floats.
    init(_ input: ONNXValue, operatorVersion: Int, numbers: Int) throws(Failure) {
        guard ONNXValue.scalarTypes.contains(input.type) else {
            throw Failure(
                reason:
                    "the input \"\(input.name)\" is of type \(input.type); only FLOAT (1) and DOUBLE (11) are supported"
            )
        }
        var width = 1
        for dimension in input.shape?.dropFirst() ?? [] {
            guard case .size(let size) = dimension, size > 0, size <= Int(Int32.max) / width else {
                throw Failure(
                    reason:
                        "the input \"\(input.name)\" has no fixed size from 1 to 2³¹ − 1 after its batch dimension")
            }
            width *= size
        }
        let dimensions = input.shape?.count ?? 0
        guard dimensions > 1 else {
            throw Failure(
                reason:
                    "the input \"\(input.name)\" has \(counted(dimensions, "dimension")); batch × features are needed")
        }
        let isMatrix = dimensions == 2
        self.operatorVersion = operatorVersion
        values = [Value(origin: nil, step: nil, node: 0, width: width, isMatrix: isMatrix)]
        // A model has each number once; nodes add only factors for all columns and copies in other shapes.
        allowance = 2 * numbers + 1 << 20
    }

    func width(_ index: Int) -> Int { values[index].width }

    /// Appends the value that a step makes from `origin`.
    mutating func append(_ step: ONNXStep, to origin: Int, width: Int? = nil) throws(Failure) -> Int {
        guard values[origin].isMatrix else {
            throw Failure(reason: "takes an input of more than two dimensions; a Flatten must come before")
        }
        values.append(
            Value(
                origin: origin, step: step, node: node, width: width ?? values[origin].width, isMatrix: true))
        return values.count - 1
    }

    /// Appends the sum of two values, as a step from the value where the ways to them split.
    /// - Returns: nil if they have no common origin, are the same value, or differ in width.
    mutating func appendSum(_ first: Int, _ second: Int) throws(Failure) -> Int? {
        guard first != second, values[first].width == values[second].width else { return nil }
        var (ends, ways) = ([first, second], [[Int](), []])
        while ends[0] != ends[1] {
            // A value has a higher index than its origin.
            let later = ends[0] > ends[1] ? 0 : 1
            guard let origin = values[ends[later]].origin else { return nil }
            ways[later].append(ends[later])
            ends[later] = origin
        }
        for index in ways.joined() where !wayValues.insert(index).inserted {
            // A value that is used again becomes layers again.
            try spend(1 + (values[index].step?.numbers ?? 0))
        }
        let parts = (ways[0].reversed().map { values[$0] }, ways[1].reversed().map { values[$0] })
        return try append(
            .sum(ONNXWay(parts.0), ONNXWay(parts.1)), to: ends[0], width: values[first].width)
    }

    /// The same rows as a matrix.
    mutating func flatten(_ index: Int) -> Int {
        guard !values[index].isMatrix else { return index }
        values.append(Value(origin: nil, step: nil, node: node, width: values[index].width, isMatrix: true))
        return values.count - 1
    }

    /// Throws if a file makes more numbers from its own than any real model would.
    mutating func spend(_ count: Int) throws(Failure) {
        let (rest, overflow) = allowance.subtractingReportingOverflow(count)
        guard !overflow, rest >= 0 else {
            throw Failure(reason: "makes more numbers from those in the file than a model of its size has")
        }
        allowance = rest
    }

    /// The values on the path to this one, first step first, without the input.
    func path(to index: Int) -> [Value] {
        var path: [Value] = []
        var place = index
        while let origin = values[place].origin {
            path.append(values[place])
            place = origin
        }
        return path.reversed()
    }

    // MARK: Patterns

    /// A value as scale · core + shift, with one scale and shift for all columns; the core isn't of this form itself.
    func core(_ index: Int) -> (scale: Double, shift: Double, core: Int) {
        var (scale, shift, place) = (1.0, 0.0, index)
        for _ in 0..<ONNXChain.mostFactors {
            guard let (factor, summand, origin) = uniform(place) else { break }
            (scale, shift, place) = (scale * factor, shift + scale * summand, origin)
        }
        return (scale, shift, place)
    }

    /// The factor that turns `ancestor` into the value; nil if the value isn't a multiple of it.
    func factor(_ index: Int, of ancestor: Int) -> Double? {
        var (scale, place) = (1.0, index)
        for _ in 0...ONNXChain.mostFactors {
            if place == ancestor { return scale }
            guard let (factor, summand, origin) = uniform(place), summand == 0 else { return nil }
            (scale, place) = (scale * factor, origin)
        }
        return nil
    }

    /// A value, followed by those it is a multiple of.
    func divisors(_ index: Int) -> [Int] {
        var divisors = [index]
        while divisors.count <= ONNXChain.mostFactors, let (_, summand, origin) = uniform(divisors[divisors.count - 1]),
            summand == 0
        {
            divisors.append(origin)
        }
        return divisors
    }

    /// x if the value is min(max(x + 3, 0), 6), six times HardSigmoid(x).
    func hardSigmoidArgument(_ index: Int) -> Int? {
        guard let (range, argument) = bounds(index), range == 0...6 else { return nil }
        let (scale, shift, core) = core(argument)
        return scale == 1 && shift == 3 ? core : nil
    }

    /// The range a value is clamped to, in one step or several, and the value before; nil if it isn't clamped.
    private func bounds(_ index: Int) -> (range: ClosedRange<Double>, origin: Int)? {
        var (bounds, place) = (-Double.infinity ... .infinity, index)
        for _ in 0..<ONNXChain.mostFactors {
            guard case .bounded(let range) = values[place].step, let origin = values[place].origin else { break }
            (bounds, place) = (range.clamped(to: bounds), origin)
        }
        return place == index ? nil : (bounds, place)
    }

    /// No exporter writes more in a row, and the limit keeps the search short.
    private static let mostFactors = 4

    private func uniform(_ index: Int) -> (factor: Double, summand: Double, origin: Int)? {
        guard case .affine(let scale, let shift) = values[index].step, let origin = values[index].origin,
            scale?.count ?? 1 == 1, shift?.count ?? 1 == 1
        else { return nil }
        return (scale?[0] ?? 1, shift?[0] ?? 0, origin)
    }
}
