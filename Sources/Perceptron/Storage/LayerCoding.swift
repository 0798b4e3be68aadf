/// A list of layers as JSON: `[{"inputFeatures":4,…,"type":"Linear"},{"type":"ReLU"}]`, with keys in alphabetical
/// order.
package enum LayerCoding {
    /// - Throws: `PerceptronError.invalidArgument` if a layer's type is not registered, or its values can't be encoded.
    package static func encode(_ layers: [any Layer]) throws(PerceptronError) -> String {
        var texts: [String] = []
        for (index, layer) in layers.enumerated() {
            do {
                texts.append(try encode(layer))
            } catch {
                throw .invalidArgument("layer \(index) (\(type(of: layer))): \(JSONCoding.reason(error))")
            }
        }
        return "[\(texts.joined(separator: ","))]"
    }

    private static func encode(_ layer: any Layer) throws -> String {
        let name = try LayerRegistry.registered(layer).name
        let value = try JSONCoding.value(of: CodableLayer(layer))
        guard value["type"]?.string == name else {
            throw PerceptronError.invalidArgument("it has a key \"type\", which is reserved for its name")
        }
        return try value.text()
    }

    /// The layers in a JSON text. The model checks whether they fit together.
    /// - Parameter path: the file that the text is from.
    /// - Throws: `PerceptronError.invalidFile` if the text is not a list of layers of registered types.
    package static func decode(_ text: String, path: String) throws(PerceptronError) -> [any Layer] {
        let list: JSONValue
        do throws(JSONParser.Failure) {
            list = try JSONParser.parse(Array(text.utf8).span)
        } catch {
            throw .invalidFile("\(path): layers: \(JSONCoding.reason(error))")
        }
        guard let elements = list.array else { throw .invalidFile("\(path): layers is not an array") }
        var layers: [any Layer] = []
        for (index, element) in elements.enumerated() {
            do {
                layers.append(try JSONCoding.decode(CodableLayer.self, from: element).layer)
            } catch {
                let name = element["type"]?.string.map { " (\($0))" } ?? ""
                throw .invalidFile("\(path): layer \(index)\(name): \(JSONCoding.reason(error))")
            }
        }
        return layers
    }
}
