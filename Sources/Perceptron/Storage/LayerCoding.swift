#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A list of layers as JSON: `[{"inputFeatures":4,…,"type":"Linear"},{"type":"ReLU"}]`, keys in the order of the
/// alphabet.
package enum LayerCoding {
    /// - Throws: `PerceptronError.invalidArgument` if a layer's type is not registered, or its values can't be coded.
    package static func encode(_ layers: [any Layer]) throws(PerceptronError) -> String {
        var texts: [String] = []
        for (index, layer) in layers.enumerated() {
            do {
                texts.append(try encode(layer))
            } catch {
                throw .invalidArgument("layer \(index) (\(type(of: layer))): \(reason(error))")
            }
        }
        return "[\(texts.joined(separator: ","))]"
    }

    private static func encode(_ layer: any Layer) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(CodableLayer(layer)), as: UTF8.self)
        let name = try LayerRegistry.registered(layer).name
        guard try JSONParser.parse(Array(text.utf8).span)["type"]?.string == name else {
            throw PerceptronError.invalidArgument("it has a key \"type\" of its own, which is where its name is")
        }
        return text
    }

    /// The layers of a JSON text. Whether they fit together is for the model to say.
    /// - Parameter path: the file that the text is from.
    /// - Throws: `PerceptronError.invalidFile` if the text is no list of layers of registered types.
    package static func decode(_ text: String, path: String) throws(PerceptronError) -> [any Layer] {
        let list: JSONValue
        do throws(JSONParser.Failure) {
            list = try JSONParser.parse(Array(text.utf8).span)
        } catch {
            throw .invalidFile("\(path): layers: \(reason(error))")
        }
        guard let elements = list.array else { throw .invalidFile("\(path): layers: they are not an array") }
        var layers: [any Layer] = []
        for (index, element) in elements.enumerated() {
            do {
                let text = try element.text()
                layers.append(try JSONDecoder().decode(CodableLayer.self, from: Data(text.utf8)).layer)
            } catch {
                let name = element["type"]?.string.map { " (\($0))" } ?? ""
                throw .invalidFile("\(path): layer \(index)\(name): \(reason(error))")
            }
        }
        return layers
    }

    private static func reason(_ error: any Error) -> String {
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
