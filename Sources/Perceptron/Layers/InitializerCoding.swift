/// As `{"type": "normal", "standardDeviation": 0.1, "mean": 0}`: the case's name, and its numbers under theirs.
extension Initializer: Codable {
    private enum Key: String, CodingKey {
        case type, gain, standardDeviation, mean, lower, upper, value
    }

    private enum Name: String, Codable {
        case heNormal, heUniform, glorotNormal, glorotUniform, lecunNormal, lecunUniform, orthogonal, normal, uniform,
            uniformRow, constant, randomSigns, zeros
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func number(_ key: Key) throws -> Double { try container.decode(Double.self, forKey: key) }
        self =
            switch try container.decode(Name.self, forKey: .type) {
            case .heNormal: .heNormal
            case .heUniform: .heUniform
            case .glorotNormal: .glorotNormal
            case .glorotUniform: .glorotUniform
            case .lecunNormal: .lecunNormal
            case .lecunUniform: .lecunUniform
            case .orthogonal: .orthogonal(gain: try number(.gain))
            case .normal: .normal(try number(.standardDeviation), mean: try number(.mean))
            case .uniform: .uniform(try number(.lower), try number(.upper))
            case .uniformRow: .uniformRow(try number(.lower), try number(.upper))
            case .constant: .constant(try number(.value))
            case .randomSigns: .randomSigns
            case .zeros: .zeros
            }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        func encode(_ name: Name, _ numbers: KeyValuePairs<Key, Double> = [:]) throws {
            try container.encode(name, forKey: .type)
            for (key, number) in numbers { try container.encode(number, forKey: key) }
        }
        switch self {
        case .heNormal: try encode(.heNormal)
        case .heUniform: try encode(.heUniform)
        case .glorotNormal: try encode(.glorotNormal)
        case .glorotUniform: try encode(.glorotUniform)
        case .lecunNormal: try encode(.lecunNormal)
        case .lecunUniform: try encode(.lecunUniform)
        case .orthogonal(let gain): try encode(.orthogonal, [.gain: gain])
        case .normal(let deviation, let mean): try encode(.normal, [.standardDeviation: deviation, .mean: mean])
        case .uniform(let lower, let upper): try encode(.uniform, [.lower: lower, .upper: upper])
        case .uniformRow(let lower, let upper): try encode(.uniformRow, [.lower: lower, .upper: upper])
        case .constant(let value): try encode(.constant, [.value: value])
        case .randomSigns: try encode(.randomSigns)
        case .zeros: try encode(.zeros)
        }
    }
}
