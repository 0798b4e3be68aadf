import Perceptron

/// Follows the rows through a graph: which values there are, from which other each comes, and by which step.
///
/// What a graph computes becomes layers if it is a chain. Where exporters write a layer as several nodes with branches,
/// such as x · sigmoid(x) for SiLU, the node that joins these makes a step that starts where they parted.
struct ONNXChain {
    /// What is wrong with a node, or with the graph.
    struct Failure: Error {
        let reason: String
    }

    /// Rows of numbers at some place in the graph.
    struct Value {
        /// What it comes from; nil for the graph's input.
        let origin: Int?
        let step: ONNXStep?
        /// The node that makes it.
        let node: Int
        let width: Int
        /// False for an input of more than two dimensions, as long as none has flattened it.
        let isMatrix: Bool
    }

    /// What a name in the graph stands for.
    enum Operand {
        case rows(Int)
        case constant(ONNXTensor)
    }

    let operatorVersion: Int
    private(set) var values: [Value]
    /// The node that is worked on.
    var node = 0
    /// The values on ways of sums.
    private var wayValues: Set<Int> = []
    /// How many numbers may still be made of those in the file: constants can be used more than once.
    private var allowance: Int

    /// - Parameter numbers: how many the file has.
    /// - Throws: if the input's shape isn't that of rows.
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
        // A model has each number once; what nodes add are factors for all columns, and copies in other shapes.
        allowance = 2 * numbers + 1 << 20
    }

    func width(_ index: Int) -> Int { values[index].width }

    /// Appends the value that a step makes of another.
    mutating func append(_ step: ONNXStep, to origin: Int, width: Int? = nil) throws(Failure) -> Int {
        guard values[origin].isMatrix else {
            throw Failure(reason: "takes an input of more than two dimensions; a Flatten must come before")
        }
        values.append(
            Value(
                origin: origin, step: step, node: node, width: width ?? values[origin].width, isMatrix: true))
        return values.count - 1
    }

    /// Appends the sum of two values, as a step from the value at which the ways to them part.
    /// - Returns: nil if they part nowhere, or are no two values of one width.
    mutating func appendSum(_ first: Int, _ second: Int) throws(Failure) -> Int? {
        guard first != second, values[first].width == values[second].width else { return nil }
        var (ends, ways) = ([first, second], [[Int](), []])
        while ends[0] != ends[1] {
            // What comes from a value stands behind it.
            let later = ends[0] > ends[1] ? 0 : 1
            guard let origin = values[ends[later]].origin else { return nil }
            ways[later].append(ends[later])
            ends[later] = origin
        }
        for index in ways.joined() where !wayValues.insert(index).inserted {
            // What is used once more becomes layers once more.
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

    /// Throws if a file makes so much of few numbers that no model can be meant.
    mutating func spend(_ count: Int) throws(Failure) {
        let (rest, overflow) = allowance.subtractingReportingOverflow(count)
        guard !overflow, rest >= 0 else {
            throw Failure(reason: "makes more numbers from those in the file than a model of its size has")
        }
        allowance = rest
    }

    /// The values that lead to one, the first step first.
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

    /// A value as scale · core + shift, with one scale and shift for all columns, and a core that is none of these.
    func core(_ index: Int) -> (scale: Double, shift: Double, core: Int) {
        var (scale, shift, place) = (1.0, 0.0, index)
        for _ in 0..<ONNXChain.mostFactors {
            guard let (factor, summand, origin) = uniform(place) else { break }
            (scale, shift, place) = (scale * factor, shift + scale * summand, origin)
        }
        return (scale, shift, place)
    }

    /// The factor by which one value is another; nil if it is no multiple of that.
    func factor(_ index: Int, of ancestor: Int) -> Double? {
        var (scale, place) = (1.0, index)
        for _ in 0...ONNXChain.mostFactors {
            if place == ancestor { return scale }
            guard let (factor, summand, origin) = uniform(place), summand == 0 else { return nil }
            (scale, place) = (scale * factor, origin)
        }
        return nil
    }

    /// A value, and those of which it is a multiple.
    func divisors(_ index: Int) -> [Int] {
        var divisors = [index]
        while divisors.count <= ONNXChain.mostFactors, let (_, summand, origin) = uniform(divisors[divisors.count - 1]),
            summand == 0
        {
            divisors.append(origin)
        }
        return divisors
    }

    /// x, if a value is six times HardSigmoid(x): min(max(x + 3, 0), 6).
    func hardSigmoidArgument(_ index: Int) -> Int? {
        guard let (range, argument) = bounds(index), range == 0...6 else { return nil }
        let (scale, shift, core) = core(argument)
        return scale == 1 && shift == 3 ? core : nil
    }

    /// What a value is cut off at, in one step or several, and which one is.
    private func bounds(_ index: Int) -> (range: ClosedRange<Double>, origin: Int)? {
        var (bounds, place) = (-Double.infinity ... .infinity, index)
        for _ in 0..<ONNXChain.mostFactors {
            guard case .bounded(let range) = values[place].step, let origin = values[place].origin else { break }
            (bounds, place) = (range.clamped(to: bounds), origin)
        }
        return place == index ? nil : (bounds, place)
    }

    /// No exporter writes more in a row, and a search must not take long.
    private static let mostFactors = 4

    private func uniform(_ index: Int) -> (factor: Double, summand: Double, origin: Int)? {
        guard case .affine(let scale, let shift) = values[index].step, let origin = values[index].origin,
            scale?.count ?? 1 == 1, shift?.count ?? 1 == 1
        else { return nil }
        return (scale?[0] ?? 1, shift?[0] ?? 0, origin)
    }
}
