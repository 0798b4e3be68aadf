/// Computes nodes that depend only on constants: exporters leave weights behind a Transpose, a Cast, or a product of
/// factors.
///
/// It computes in the types of the file: Float results are rounded to Float after each node, as in a runtime.
struct ONNXFolding {
    typealias Failure = ONNXChain.Failure
    typealias Operator = @Sendable (inout ONNXFolding, ONNXNodeCall) throws(Failure) -> ONNXTensor

    /// The operators by name. To add one, add a line to one of these tables.
    static let all: [String: Operator] = [structure, arithmetic, reductions].reduce(into: [:]) {
        $0.merge($1) { one, _ in one }
    }

    /// How many more numbers may be read or made: a small file must not take much work or memory.
    private var allowance: Int

    /// - Parameter numbers: the count of numbers in the file. Each may pass through about ten nodes.
    init(numbers: Int) { allowance = 32 * numbers + 1 << 20 }

    /// The constant that a node computes from constants.
    mutating func result(of call: ONNXNodeCall) throws(Failure) -> ONNXTensor {
        guard let compute = ONNXFolding.all[call.node.fullType] else {
            throw Failure(
                reason: "takes only constants; of such nodes these are supported: "
                    + ONNXFolding.all.keys.sorted().joined(separator: ", "))
        }
        for case .constant(let tensor) in call.operands { try spend(tensor.count) }
        var tensor = try compute(&self, call)
        tensor.name = call.node.outputs.first ?? ""
        return tensor
    }

    mutating func spend(_ count: Int) throws(Failure) {
        let (rest, overflow) = allowance.subtractingReportingOverflow(count)
        guard !overflow, rest >= 0 else {
            throw Failure(reason: "makes more numbers from the constants in the file than weights can need")
        }
        allowance = rest
    }

    /// Spends the numbers of a tensor of that shape; throws if the shape is invalid or too large.
    mutating func spend(shape: [Int]) throws(Failure) {
        guard shape.count <= ONNXTensor.mostDimensions, shape.allSatisfy({ $0 >= 0 }) else {
            throw Failure(reason: "makes the shape \(shape.prefix(20)), which no tensor has")
        }
        guard let count = ONNXTensor.count(shape) else {
            throw Failure(reason: "makes the shape \(shape), which is larger than any memory")
        }
        try spend(count)
    }

    /// The axis as an index from the front; a negative axis counts from the end.
    static func axis(_ axis: Int, of rank: Int) throws(Failure) -> Int {
        guard -rank..<rank ~= axis else {
            throw Failure(reason: "is along axis \(axis) of \(rank) dimensions")
        }
        return axis < 0 ? axis + rank : axis
    }

    static func axes(_ axes: [Int], of rank: Int) throws(Failure) -> [Int] {
        var result: [Int] = []
        for axis in axes { result.append(try ONNXFolding.axis(axis, of: rank)) }
        guard Set(result).count == result.count else { throw Failure(reason: "names an axis twice: \(axes)") }
        return result
    }
}
