import Perceptron

// Operators that change the shape, order or type of constants, or select parts of them.

extension ONNXFolding {
    static let structure: [String: Operator] = [
        "Cast": { (_, call) throws(Failure) in
            try cast(call.constant(0), to: call.integer("to", default: 0))
        },
        "CastLike": { (_, call) throws(Failure) in
            switch try call.constant(1).elements {
            case .floats: try cast(call.constant(0), to: 1)
            case .doubles: try cast(call.constant(0), to: 11)
            case .integers, .other: throw Failure(reason: "makes no floats")
            }
        },
        "Concat": { (folding, call) throws(Failure) in try concat(&folding, call) },
        "Constant": { (_, call) throws(Failure) in try constant(call) },
        "ConstantOfShape": { (folding, call) throws(Failure) in try constantOfShape(&folding, call) },
        "Expand": { (folding, call) throws(Failure) in
            let (tensor, target) = (try call.constant(0), try call.integers(1, "shape"))
            guard let shape = ONNXStrides.commonShape(tensor.shape, target) else {
                throw Failure(reason: "expands \(tensor.shape) to \(target)")
            }
            return try folding.broadcast(tensor, to: shape)
        },
        "Flatten": { (_, call) throws(Failure) in
            let tensor = try call.constant(0)
            let axis = try call.integer("axis", default: 1)
            let rank = tensor.shape.count
            // The axis may also be equal to the rank.
            let end = axis == rank ? rank : try ONNXFolding.axis(axis, of: rank)
            let sizes = [tensor.shape[..<end], tensor.shape[end...]].map { $0.contains(0) ? 0 : $0.reduce(1, *) }
            return ONNXTensor("", shape: sizes, tensor.elements)
        },
        "Gather": { (folding, call) throws(Failure) in try gather(&folding, call) },
        "Identity": { (_, call) throws(Failure) in try call.constant(0) },
        "Reshape": { (_, call) throws(Failure) in
            try reshape(
                call.constant(0), call.integers(1, "shape"), zeroCopies: call.integer("allowzero", default: 0) == 0)
        },
        "Shape": { (_, call) throws(Failure) in
            let shape = try call.constant(0).shape
            return ONNXTensor("", shape: [shape.count], .integers(shape))
        },
        "Slice": { (folding, call) throws(Failure) in try slice(&folding, call) },
        "Squeeze": { (_, call) throws(Failure) in
            let tensor = try call.constant(0)
            let named = try axes(call.integers(1, "axes"), of: tensor.shape.count)
            let gone = named.isEmpty ? tensor.shape.indices.filter { tensor.shape[$0] == 1 } : named
            guard gone.allSatisfy({ tensor.shape[$0] == 1 }) else {
                throw Failure(reason: "removes the axes \(named) of the shape \(tensor.shape), whose sizes are not 1")
            }
            let shape = tensor.shape.indices.filter { !gone.contains($0) }.map { tensor.shape[$0] }
            return ONNXTensor("", shape: shape, tensor.elements)
        },
        "Transpose": { (folding, call) throws(Failure) in
            let tensor = try call.constant(0)
            let rank = tensor.shape.count
            let named = try call.integers(1, "perm")
            let order = named.isEmpty ? Array((0..<rank).reversed()) : named
            guard order.sorted() == Array(0..<rank) else {
                throw Failure(reason: "puts \(rank) dimensions in the order \(order)")
            }
            return try folding.picked(tensor, ONNXStrides(tensor.shape).transposed(order))
        },
        "Unsqueeze": { (folding, call) throws(Failure) in
            let tensor = try call.constant(0)
            let added = try call.integers(1, "axes")
            let rank = tensor.shape.count + added.count
            let places = try axes(added, of: rank)
            var sizes = tensor.shape[...]
            let shape = (0..<rank).map { places.contains($0) ? 1 : sizes.removeFirst() }
            try folding.spend(shape: shape)
            return ONNXTensor("", shape: shape, tensor.elements)
        },
        "Where": { (folding, call) throws(Failure) in try choose(&folding, call) },
    ]

    // MARK: New shapes

    /// - Parameter zeroCopies: whether a size of 0 keeps the size of the same dimension.
    private static func reshape(
        _ tensor: ONNXTensor, _ sizes: [Int], zeroCopies: Bool
    ) throws(Failure) -> ONNXTensor {
        let refused = Failure(reason: "reshapes \(tensor.shape) to \(sizes.prefix(20))")
        var shape = sizes
        for (dimension, size) in sizes.enumerated() where size == 0 && zeroCopies {
            guard dimension < tensor.shape.count else { throw refused }
            shape[dimension] = tensor.shape[dimension]
        }
        let unknown = shape.indices.filter { shape[$0] == -1 }
        guard unknown.count <= 1, shape.count <= ONNXTensor.mostDimensions, shape.allSatisfy({ $0 >= -1 }),
            let known = ONNXTensor.count(shape.filter { $0 != -1 })
        else { throw refused }
        if let place = unknown.first {
            guard known > 0, tensor.count.isMultiple(of: known) else { throw refused }
            shape[place] = tensor.count / known
        }
        guard ONNXTensor.count(shape) == tensor.count else { throw refused }
        return ONNXTensor("", shape: shape, tensor.elements)
    }

    // MARK: Reordering and selecting elements

    mutating func picked(_ tensor: ONNXTensor, _ strides: ONNXStrides) throws(Failure) -> ONNXTensor {
        if case .other(let type) = tensor.elements { throw Failure(reason: "\"\(tensor.name)\" is of type \(type)") }
        try spend(shape: strides.shape)
        return tensor.picked(strides)
    }

    mutating func broadcast(_ tensor: ONNXTensor, to shape: [Int]) throws(Failure) -> ONNXTensor {
        if tensor.shape == shape { return tensor }
        guard let strides = ONNXStrides(tensor.shape).broadcast(to: shape) else {
            throw Failure(reason: "repeats the shape \(tensor.shape) to \(shape)")
        }
        return try picked(tensor, strides)
    }

    private static func slice(_ folding: inout ONNXFolding, _ call: ONNXNodeCall) throws(Failure) -> ONNXTensor {
        let tensor = try call.constant(0)
        let (starts, ends) = (try call.integers(1, "starts"), try call.integers(2, "ends"))
        let named = try call.integers(3, "axes")
        let axes = try axes(named.isEmpty ? Array(starts.indices) : named, of: tensor.shape.count)
        let given = try call.integers(4, "steps")
        let steps = given.isEmpty ? axes.map { _ in 1 } : given
        guard starts.count == axes.count, ends.count == axes.count, steps.count == axes.count, !steps.contains(0) else {
            throw Failure(reason: "doesn't have a start, an end and a step for each of its axes")
        }
        var strides = ONNXStrides(tensor.shape)
        for (place, axis) in axes.enumerated() {
            let (size, step) = (tensor.shape[axis], steps[place])
            // Start and end are clamped; backwards, they range from the last element to one before the first.
            let bounds = step > 0 ? 0...size : -1...max(size - 1, -1)
            func bounded(_ index: Int) -> Int {
                min(max(index < 0 ? index + size : index, bounds.lowerBound), bounds.upperBound)
            }
            let (first, end) = (bounded(starts[place]), bounded(ends[place]))
            let way = step > 0 ? end - first : first - end
            let count = way > 0 ? (way - 1) / Int(clamping: step.magnitude) + 1 : 0
            strides = strides.sliced(axis, from: first, by: step, count: count)
        }
        return try folding.picked(tensor, strides)
    }

    /// Takes the slice at each index along an axis; the dimensions of the indices replace that axis.
    private static func gather(_ folding: inout ONNXFolding, _ call: ONNXNodeCall) throws(Failure) -> ONNXTensor {
        let (tensor, indices) = (try call.constant(0), try call.constant(1))
        let axis = try axis(call.integer("axis", default: 0), of: tensor.shape.count)
        guard case .integers(let numbers) = indices.elements else {
            throw Failure(reason: "its indices are not integers")
        }
        let strides = ONNXStrides(tensor.shape)
        var parts: [ONNXTensor] = []
        for number in numbers {
            let index = try ONNXFolding.axis(number, of: tensor.shape[axis])
            parts.append(try folding.picked(tensor, strides.sliced(axis, from: index, by: 1, count: 1)))
        }
        let joined =
            parts.isEmpty
            ? try folding.picked(tensor, strides.sliced(axis, from: 0, by: 1, count: 0))
            : try folding.joined(parts, axis: axis)
        let shape = tensor.shape[..<axis] + indices.shape + tensor.shape[(axis + 1)...]
        try folding.spend(shape: Array(shape))
        return ONNXTensor("", shape: Array(shape), joined.elements)
    }

    private static func concat(_ folding: inout ONNXFolding, _ call: ONNXNodeCall) throws(Failure) -> ONNXTensor {
        var tensors: [ONNXTensor] = []
        for index in 0..<call.count { tensors.append(try call.constant(index)) }
        guard let first = tensors.first else { throw Failure(reason: "joins nothing") }
        guard case .integer(let axis) = call.node.attributes["axis"] else { throw Failure(reason: "has no axis") }
        return try folding.joined(tensors, axis: ONNXFolding.axis(axis, of: first.shape.count))
    }

    /// Concatenates tensors along an axis.
    private mutating func joined(_ tensors: [ONNXTensor], axis: Int) throws(Failure) -> ONNXTensor {
        var shape = tensors[0].shape
        shape[axis] = 0
        for tensor in tensors {
            var others = tensor.shape
            guard others.count == shape.count else {
                throw Failure(reason: "joins \(shape.count) and \(others.count) dimensions")
            }
            let size = others[axis]
            others[axis] = shape[axis]
            guard others == shape else { throw Failure(reason: "joins shapes that differ in more than axis \(axis)") }
            let (sum, overflow) = shape[axis].addingReportingOverflow(size)
            guard !overflow else { throw Failure(reason: "makes a dimension that is larger than any memory") }
            shape[axis] = sum
        }
        try spend(shape: shape)
        // For each outer index, every part adds one contiguous run of elements.
        let outer = shape.contains(0) ? 0 : shape[..<axis].reduce(1, *)
        func all<Element>(_ parts: [[Element]]) -> [Element] {
            (0..<outer).flatMap { row in
                parts.flatMap { part in part[row * part.count / outer..<(row + 1) * part.count / outer] }
            }
        }
        var (floats, doubles, integers): ([[Float]], [[Double]], [[Int]]) = ([], [], [])
        for tensor in tensors {
            switch tensor.elements {
            case .floats(let elements): floats.append(elements)
            case .doubles(let elements): doubles.append(elements)
            case .integers(let elements): integers.append(elements)
            case .other(let type): throw Failure(reason: "\"\(tensor.name)\" is of type \(type)")
            }
        }
        switch tensors.count {
        case floats.count: return ONNXTensor("", shape: shape, .floats(all(floats)))
        case doubles.count: return ONNXTensor("", shape: shape, .doubles(all(doubles)))
        case integers.count: return ONNXTensor("", shape: shape, .integers(all(integers)))
        default: throw Failure(reason: "joins numbers of several types")
        }
    }

    /// The elements of the second tensor where the first is 1, and of the third where it is 0.
    private static func choose(_ folding: inout ONNXFolding, _ call: ONNXNodeCall) throws(Failure) -> ONNXTensor {
        var tensors = [try call.constant(0), try call.constant(1), try call.constant(2)]
        guard let both = ONNXStrides.commonShape(tensors[1].shape, tensors[2].shape),
            let shape = ONNXStrides.commonShape(tensors[0].shape, both)
        else { throw Failure(reason: "joins the shapes \(tensors.map(\.shape))") }
        for index in tensors.indices { tensors[index] = try folding.broadcast(tensors[index], to: shape) }
        func chosen<Element>(_ conditions: [Int], _ first: [Element], _ second: [Element]) -> [Element] {
            conditions.indices.map { conditions[$0] != 0 ? first[$0] : second[$0] }
        }
        switch (tensors[0].elements, tensors[1].elements, tensors[2].elements) {
        case (.integers(let conditions), .floats(let first), .floats(let second)):
            return ONNXTensor("", shape: shape, .floats(chosen(conditions, first, second)))
        case (.integers(let conditions), .doubles(let first), .doubles(let second)):
            return ONNXTensor("", shape: shape, .doubles(chosen(conditions, first, second)))
        case (.integers(let conditions), .integers(let first), .integers(let second)):
            return ONNXTensor("", shape: shape, .integers(chosen(conditions, first, second)))
        default: throw Failure(reason: "selects by something other than true or false, or between numbers of two types")
        }
    }

    // MARK: Constant nodes

    private static func constant(_ call: ONNXNodeCall) throws(Failure) -> ONNXTensor {
        guard let attribute = call.node.attributes.values.first, call.node.attributes.count == 1 else {
            throw Failure(
                reason: "has \(counted(call.node.attributes.count, "attribute")); a Constant has one, its value")
        }
        switch attribute {
        case .tensor(let tensor): return tensor
        case .float(let float): return ONNXTensor("", shape: [], .floats([float]))
        case .floats(let floats): return ONNXTensor("", shape: [floats.count], .floats(floats))
        case .integer(let integer): return ONNXTensor("", shape: [], .integers([integer]))
        case .integers(let integers): return ONNXTensor("", shape: [integers.count], .integers(integers))
        case .text, .other: throw Failure(reason: "its value has no numbers")
        }
    }

    private static func constantOfShape(
        _ folding: inout ONNXFolding, _ call: ONNXNodeCall
    ) throws(Failure) -> ONNXTensor {
        var value = ONNXTensor("", shape: [], .floats([0]))
        switch call.node.attributes["value"] {
        case nil: break
        case .tensor(let tensor) where tensor.count == 1: value = ONNXTensor("", shape: [], tensor.elements)
        default: throw Failure(reason: "its attribute value is not one number")
        }
        return try folding.broadcast(value, to: call.integers(0, "shape"))
    }

    // MARK: Types

    /// The ranges of ONNX's integer types.
    private static let wholeNumbers: [Int: ClosedRange<Int>] = [
        2: 0...255, 3: -128...127, 4: 0...65535, 5: -32768...32767, 6: -1 << 31...1 << 31 - 1, 7: .min ... .max,
        12: 0...1 << 32 - 1,
    ]

    /// - Parameter type: the type's number in `TensorProto.DataType`.
    private static func cast(_ tensor: ONNXTensor, to type: Int) throws(Failure) -> ONNXTensor {
        guard let numbers = tensor.numbers else { throw Failure(reason: "\"\(tensor.name)\" has no numbers") }
        let elements: ONNXTensor.Elements
        switch type {
        case 1: elements = .floats(numbers.map { Float($0) })
        case 11: elements = .doubles(numbers)
        case 9: elements = .integers(numbers.map { $0 == 0 ? 0 : 1 })
        default:
            guard let range = wholeNumbers[type] else {
                throw Failure(reason: "casts to type \(type), which is not supported")
            }
            var integers: [Int] = []
            if case .integers(let already) = tensor.elements {
                integers = already
            } else {
                for number in numbers {
                    guard let integer = Int(exactly: number.rounded(.towardZero)) else {
                        throw Failure(reason: "casts \(number) to type \(type)")
                    }
                    integers.append(integer)
                }
            }
            if let number = integers.first(where: { !range.contains($0) }) {
                throw Failure(reason: "casts \(number) to type \(type)")
            }
            elements = .integers(integers)
        }
        return ONNXTensor("", shape: tensor.shape, elements)
    }
}

extension ONNXTensor {
    /// The elements as Double, whatever numbers they are.
    var numbers: [Double]? {
        if case .integers(let integers) = elements { integers.map { Double($0) } } else { scalars(of: Double.self) }
    }
}
