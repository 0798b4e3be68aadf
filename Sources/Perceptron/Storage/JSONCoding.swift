#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `Codable` values as JSON, read by the strict parser.
package enum JSONCoding {
    /// The most values that a description may have: a thousand quantiles for each of ten thousand columns.
    static let mostValues = 10_000_000

    /// Members are sorted by their keys.
    package static func value(of codable: some Encodable) throws -> JSONValue {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try JSONParser.parse([UInt8](try encoder.encode(codable)).span, mostValues: mostValues)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from value: JSONValue) throws -> Value {
        try JSONDecoder().decode(type, from: Data(try value.text().utf8))
    }

    /// Writes a file that `read` reads.
    static func write(_ codable: some Encodable, to url: URL) throws(PerceptronError) {
        let text: String
        do { text = try value(of: codable).text() } catch {
            throw .invalidArgument("\(try url.filePath()): \(reason(error))")
        }
        try AtomicFile.write(text + "\n", to: url)
    }

    /// - Throws: `PerceptronError.fileAccess` if the file doesn't exist or can't be read; `.invalidFile` if it contains
    ///   something else.
    static func read<Value: Decodable>(_ type: Value.Type, from url: URL) throws(PerceptronError) -> Value {
        let file = try MappedFile(url)
        do {
            return try decode(type, from: try JSONParser.parse(file.bytes, mostValues: mostValues))
        } catch {
            throw .invalidFile("\(file.path): \(reason(error))")
        }
    }

    /// A description of an error that encoding or decoding has thrown.
    static func reason(_ error: any Error) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.isEmpty ? "" : path.map(\.stringValue).joined(separator: ".") + ": "
        }
        switch error {
        case let failure as JSONParser.Failure: return "byte \(failure.offset): \(failure.reason)"
        case DecodingError.keyNotFound(let key, let context):
            return "\(place(context.codingPath))the key \"\(key.stringValue)\" is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            return place(context.codingPath) + context.debugDescription
        case EncodingError.invalidValue(let value, let context):
            return "\(place(context.codingPath))\(value) can't be written as JSON"
        default: return "\(error)"
        }
    }
}
