/// A view of a tensor's elements, in any order: each dimension of the view has a step through the tensor.
struct ONNXStrides {
    private(set) var start = 0
    private(set) var shape: [Int]
    private(set) var steps: [Int]

    /// All elements in order.
    init(_ shape: [Int]) {
        self.shape = shape
        steps = shape
        var step = 1
        for dimension in shape.indices.reversed() {
            steps[dimension] = step
            // A tensor without elements never uses its steps, so they may overflow.
            step &*= shape[dimension]
        }
    }

    /// The view with its dimensions reordered.
    func transposed(_ order: [Int]) -> ONNXStrides {
        var result = self
        result.shape = order.map { shape[$0] }
        result.steps = order.map { steps[$0] }
        return result
    }

    /// The view limited to `count` elements along one dimension, starting at `first` and `step` apart.
    func sliced(_ dimension: Int, from first: Int, by step: Int, count: Int) -> ONNXStrides {
        var result = self
        if count > 0 { result.start += first * steps[dimension] }
        // With at most one element, the step is never used and may be too long to multiply.
        result.steps[dimension] = count > 1 ? step * steps[dimension] : 0
        result.shape[dimension] = count
        return result
    }

    /// The view with dimensions of size 1 and missing ones repeated; nil if that doesn't give the shape.
    func broadcast(to shape: [Int]) -> ONNXStrides? {
        let missing = shape.count - self.shape.count
        guard missing >= 0, zip(self.shape, shape.dropFirst(missing)).allSatisfy({ $0 == 1 || $0 == $1 }) else {
            return nil
        }
        var result = self
        result.steps =
            [Int](repeating: 0, count: missing)
            + zip(self.shape, zip(steps, shape.dropFirst(missing))).map { $0 == $1.1 ? $1.0 : 0 }
        result.shape = shape
        return result
    }

    /// The shape that both can be broadcast to; nil if there is none.
    static func commonShape(_ first: [Int], _ second: [Int]) -> [Int]? {
        let rank = max(first.count, second.count)
        func padded(_ shape: [Int]) -> [Int] { [Int](repeating: 1, count: rank - shape.count) + shape }
        var common: [Int] = []
        for (a, b) in zip(padded(first), padded(second)) {
            guard a == b || a == 1 || b == 1 else { return nil }
            common.append(a == 1 ? b : a)
        }
        return common
    }

    var count: Int { shape.contains(0) ? 0 : shape.reduce(1, *) }

    /// Calls `body` with the offset of each element; the last dimension varies fastest.
    func forEach(_ body: (Int) -> Void) {
        guard count > 0 else { return }
        let (length, step) = (shape.last ?? 1, steps.last ?? 0)
        var index = [Int](repeating: 0, count: max(0, shape.count - 1))
        var place = start
        while true {
            for element in 0..<length { body(place + element * step) }
            var dimension = index.count - 1
            while dimension >= 0 {
                index[dimension] += 1
                place += steps[dimension]
                if index[dimension] < shape[dimension] { break }
                place -= shape[dimension] * steps[dimension]
                index[dimension] = 0
                dimension -= 1
            }
            if dimension < 0 { return }
        }
    }

    func elements<Element>(of elements: [Element]) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(count)
        forEach { result.append(elements[$0]) }
        return result
    }
}

extension ONNXTensor {
    /// The tensor of the elements that the strides select.
    func picked(_ strides: ONNXStrides) -> ONNXTensor {
        let picked: Elements =
            switch elements {
            case .floats(let floats): .floats(strides.elements(of: floats))
            case .doubles(let doubles): .doubles(strides.elements(of: doubles))
            case .integers(let integers): .integers(strides.elements(of: integers))
            case .other: elements
            }
        return ONNXTensor(name, shape: strides.shape, picked)
    }
}
