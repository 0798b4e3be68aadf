/// Layers as a sequence of stages: each reads values of earlier stages, and writes one.
///
/// Simple layers are a chain of stages, in which each reads what the one before has written. A layer that is made of layers
/// appends these and what joins them: `fork` and `sum`, or `part` and `join`.
package struct StageList {
    /// Columns of what goes into the network, or of what a stage writes.
    package struct Value: Equatable, Sendable {
        /// Which of the list's values; 0 is the network's input.
        let index: Int
        let columns: Range<Int>

        var features: Int { columns.count }
    }

    /// What a stage does that is no layer's.
    enum Join: Equatable, Sendable {
        /// The input is used twice, the second time as another value. In the backward pass the gradients of both are
        /// added.
        case fork(second: Int)
        /// The input plus another value. In the backward pass both get the gradient of the sum.
        case sum(second: Int)
        /// Columns are copied to columns.
        case copy

        var second: Int? {
            switch self {
            case .fork(let second), .sum(let second): second
            case .copy: nil
            }
        }
    }

    struct Entry: Sendable {
        /// What it computes, if it is no join; the identity else.
        let layer: any Layer
        let join: Join?
        /// Where the layer is: "1", or "1.0" within others.
        let name: String
        /// What the names of its parameters begin with, within that of the model's layers: nothing, or "0.".
        let prefix: String
        /// Which of the model's layers it is, or is within.
        let topLayer: Int
        /// How many layers that are made of no others come before.
        let number: Int
        let input: Value
        let output: Value
        /// Whether its output goes into a sum. The gradient there is that of the other summand too: nobody may overwrite it.
        fileprivate(set) var isSummand = false
    }

    /// How deep layers may be made of layers: files of any depth must not exhaust the stack.
    private static let mostDepth = 12

    private(set) var entries: [Entry] = []
    /// The columns of each value.
    private(set) var widths: [Int]
    /// For each value the last entry that writes it; none for the network's input.
    private var writers: [Int?] = [nil]
    private var path: [String] = []
    private var topLayer = 0
    private var number = 0
    private var depth = 0

    init(inputFeatures: Int) { widths = [inputFeatures] }

    var input: Value { Value(index: 0, columns: 0..<max(widths[0], 0)) }

    /// Whether the stage behind may write over a value in training: nobody reads it but that stage, and on the way back
    /// not even the one that has written it.
    func isOverwritable(_ value: Value) -> Bool {
        guard let writer = writers[value.index] else { return false }
        return switch entries[writer].join {
        case nil: !entries[writer].layer.readsOutputInBackward
        case .sum, .copy: true
        case .fork: false
        }
    }

    // MARK: Layers

    /// Appends layers that follow each other.
    /// - Parameter part: what names of their parameters begin with; nothing if nil.
    mutating func append(
        _ layers: [any Layer], part: String? = nil, to input: Value
    ) throws(PerceptronError) -> Value {
        if let part { path.append(part) }
        var value = input
        for (index, layer) in layers.enumerated() {
            if path.isEmpty { topLayer = index }
            value = try append(layer, named: "\(index)", what: "layer \(index)", to: value)
        }
        if part != nil { path.removeLast() }
        return value
    }

    /// Appends a layer.
    /// - Parameters:
    ///   - name: what names of its parameters begin with.
    ///   - what: what errors call it.
    mutating func append(
        _ layer: any Layer, named name: String, what: String, to input: Value
    ) throws(PerceptronError) -> Value {
        path.append(name)
        let output: Value
        do throws(PerceptronError) {
            output = try append(layer, to: whole(input))
        } catch {
            throw .invalidArchitecture("\(what) (\(type(of: layer))): \(error.description)")
        }
        path.removeLast()
        return output
    }

    private mutating func append(_ layer: any Layer, to input: Value) throws(PerceptronError) -> Value {
        guard let composite = layer as? any CompositeLayer else {
            let features = try layer.outputFeatures(forInputFeatures: input.features)
            try StageList.check(features)
            let output = newValue(features)
            append(layer, nil, from: input, to: output)
            number += 1
            return output
        }
        guard depth < StageList.mostDepth else {
            throw .invalidArchitecture(
                "layers can be nested at most \(StageList.mostDepth) deep; this one is nested deeper")
        }
        depth += 1
        let output = try composite.append(to: &self, input: input)
        depth -= 1
        return output
    }

    private static func check(_ features: Int) throws(PerceptronError) {
        guard features > 0, features <= Int(Int32.max) else {
            throw .invalidArchitecture("\(features) output features; 1 to \(Int32.max) are allowed")
        }
    }

    // MARK: Joins

    /// Two values that both are this one.
    mutating func fork(_ input: Value) -> (first: Value, second: Value) {
        let (first, second) = (newValue(input.features), newValue(input.features))
        append(Identity(), .fork(second: second.index), from: input, to: first)
        writers[second.index] = entries.count - 1
        return (first, second)
    }

    /// The sum of two values of one width.
    mutating func sum(_ first: Value, _ second: Value) -> Value {
        precondition(first.features == second.features, "summands of one width")
        for value in [first, second] {
            if let writer = writers[value.index] { entries[writer].isSummand = true }
        }
        let output = newValue(first.features)
        append(Identity(), .sum(second: second.index), from: first, to: output)
        return output
    }

    /// Some columns of a value.
    func part(_ columns: Range<Int>, of value: Value) -> Value {
        let start = value.columns.lowerBound
        return Value(index: value.index, columns: start + columns.lowerBound..<start + columns.upperBound)
    }

    /// The columns of several values side by side.
    mutating func join(_ values: [Value]) throws(PerceptronError) -> Value {
        let features = values.reduce(0) { $0 + $1.features }
        try StageList.check(features)
        let output = newValue(features)
        var start = 0
        for value in values {
            let place = part(start..<start + value.features, of: output)
            append(Identity(), .copy, from: value, to: place)
            start += value.features
        }
        return output
    }

    /// A value that is no part of another, for layers may count on rows that follow each other without a gap.
    private mutating func whole(_ value: Value) -> Value {
        guard value.features < widths[value.index] else { return value }
        let output = newValue(value.features)
        append(Identity(), .copy, from: value, to: output)
        return output
    }

    private mutating func newValue(_ features: Int) -> Value {
        widths.append(features)
        writers.append(nil)
        return Value(index: widths.count - 1, columns: 0..<features)
    }

    private mutating func append(_ layer: any Layer, _ join: Join?, from input: Value, to output: Value) {
        writers[output.index] = entries.count
        entries.append(
            Entry(
                layer: layer, join: join, name: path.joined(separator: "."),
                prefix: path.dropFirst().map { "\($0)." }.joined(), topLayer: topLayer, number: number, input: input,
                output: output))
    }
}
