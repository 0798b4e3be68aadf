/// A schedule that a user wrote, known by its name.
struct CustomSchedule: Equatable, Codable, Sendable {
    let name: String
    let rate: @Sendable (_ update: Int, _ total: Int) -> Double

    init(name: String, rate: @escaping @Sendable (Int, Int) -> Double) {
        self.name = name
        self.rate = rate
    }

    static func == (a: CustomSchedule, b: CustomSchedule) -> Bool { a.name == b.name }

    init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        throw DecodingError.dataCorrupted(
            .init(
                codingPath: decoder.codingPath,
                debugDescription: "'\(name)' is a function, which can't be stored in a file"))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
