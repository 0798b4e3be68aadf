/// A short text for a list of layers: `256 relu, dropout 0.1, 64 gelu`.
///
/// Commas separate parts. A part may begin with the width of a `Linear` layer, and then names the layers that follow
/// it; a name may be followed by the layer's number, such as the probability of `dropout`.
///
/// ```swift
/// let hidden = try LayerText("256 batchnorm relu, 128 relu dropout 0.2")
/// let layers = hidden.layers(inputFeatures: 784) + [Linear(128, 10), Softmax()]
/// ```
public struct LayerText: Equatable, Hashable, Sendable, Codable, CustomStringConvertible {
    struct Part: Equatable, Hashable, Codable {
        let width: Int?
        let items: [Item]
    }

    struct Item: Equatable, Hashable, Codable {
        let name: String
        let number: Double?
    }

    let parts: [Part]

    init(_ parts: [Part]) { self.parts = parts }

    /// Parses a text.
    /// - Throws: `PerceptronError.invalidArgument` with the place of the mistake, a character counted from 1, and what
    ///   is expected there.
    public init(_ text: String) throws(PerceptronError) {
        var parts: [Part] = []
        for part in LayerText.words(text) {
            parts.append(try LayerText.part(part.words, at: part.start))
        }
        self.init(parts)
    }

    /// The same layers in the shortest text.
    public var description: String {
        parts.map { part in
            let items = part.items.map { item in item.name + (item.number.map { " \($0)" } ?? "") }
            return ((part.width.map { ["\($0)"] } ?? []) + items).joined(separator: " ")
        }.joined(separator: ", ")
    }

    /// The number of output features; nil if it equals that of the input.
    public var outputFeatures: Int? { parts.last { $0.width != nil }?.width }

    /// The layers for a number of input features.
    public func layers(inputFeatures: Int) -> [any Layer] {
        var (layers, features): ([any Layer], Int) = ([], inputFeatures)
        for part in parts {
            if let width = part.width {
                layers.append(Linear(features, width))
                features = width
            }
            for item in part.items { layers.append(LayerText.known[item.name]!.make(features, item.number)) }
        }
        return layers
    }

    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

// MARK: What is known

extension LayerText {
    /// A layer that has a name.
    private struct Known: Sendable {
        /// The numbers that it can have; nil if it has none.
        var numbers: ClosedRange<Double>?
        let make: @Sendable (_ features: Int, _ number: Double?) -> any Layer
    }

    private static let known: [String: Known] = [
        "batchnorm": Known { features, _ in BatchNorm(features) },
        "celu": Known { _, _ in CELU() },
        "dropout": Known(numbers: 0...0.99) { _, number in number.map { Dropout($0) } ?? Dropout() },
        "elu": Known { _, _ in ELU() },
        "gelu": Known { _, _ in GELU() },
        "hardsigmoid": Known { _, _ in HardSigmoid() },
        "hardswish": Known { _, _ in HardSwish() },
        "hardtanh": Known { _, _ in HardTanh() },
        "layernorm": Known { features, _ in LayerNorm(features) },
        "leakyrelu": Known(numbers: 0...1) { _, number in number.map { LeakyReLU(negativeSlope: $0) } ?? LeakyReLU() },
        "mish": Known { _, _ in Mish() },
        "prelu": Known { _, _ in PReLU() },
        "relu": Known { _, _ in ReLU() },
        "rmsnorm": Known { features, _ in RMSNorm(features) },
        "selu": Known { _, _ in SELU() },
        "sigmoid": Known { _, _ in Sigmoid() },
        "silu": Known { _, _ in SiLU() },
        "softplus": Known { _, _ in Softplus() },
        "softsign": Known { _, _ in Softsign() },
        "tanh": Known { _, _ in Tanh() },
    ]

    private static var names: String { known.keys.sorted().joined(separator: ", ") }
    private static var mostWidth: Int { 1 << 16 }
}

// MARK: Reading

extension LayerText {
    /// A word, and the character with which it begins.
    private struct Word {
        let text: String
        let start: Int
        /// As a decimal number, if it is one.
        var number: Double? {
            DecimalReader().read(all: Array(text.utf8).span)
        }
    }

    /// The words between commas, and where each part begins.
    private static func words(_ text: String) -> [(words: [Word], start: Int)] {
        var (parts, words, word): ([(words: [Word], start: Int)], [Word], String) = ([], [], "")
        var start = 1
        func endWord(before place: Int) {
            if !word.isEmpty { words.append(Word(text: word, start: place - word.count)) }
            word = ""
        }
        for (index, character) in text.enumerated() {
            let place = index + 1
            if character == "," {
                endWord(before: place)
                parts.append((words, start))
                (words, start) = ([], place + 1)
            } else if character.isWhitespace {
                endWord(before: place)
            } else {
                word.append(character)
            }
        }
        endWord(before: text.count + 1)
        return parts + [(words, start)]
    }

    private static func part(_ words: [Word], at start: Int) throws(PerceptronError) -> Part {
        func failure(_ place: Int, _ reason: String) -> PerceptronError {
            .invalidArgument("layers: character \(place): \(reason)")
        }
        guard let first = words.first else {
            throw failure(start, "a layer is missing: expected a width or one of \(names)")
        }
        var rest = words[...]
        var width: Int?
        if first.number != nil {
            guard let number = Int(first.text), 1...mostWidth ~= number else {
                throw failure(
                    first.start,
                    "the width is \(first.text.debugDescription); it must be a whole number from 1 to \(mostWidth)")
            }
            width = number
            rest.removeFirst()
        }
        var items: [Item] = []
        while let word = rest.popFirst() {
            guard word.number == nil else {
                throw failure(
                    word.start,
                    "\(word.text) can't follow \(words[rest.startIndex - 2].text); put a comma before a width")
            }
            guard let layer = known[word.text.lowercased()] else {
                throw failure(word.start, "no layer is named \(word.text.debugDescription); known are \(names)")
            }
            var number: Double?
            if let numbers = layer.numbers, let next = rest.first, let value = next.number {
                guard numbers.contains(value) else {
                    throw failure(
                        next.start,
                        "\(word.text.lowercased()) has \(next.text); it must be between \(numbers.lowerBound) and "
                            + "\(numbers.upperBound)"
                    )
                }
                number = value
                rest.removeFirst()
            }
            items.append(Item(name: word.text.lowercased(), number: number))
        }
        return Part(width: width, items: items)
    }
}
