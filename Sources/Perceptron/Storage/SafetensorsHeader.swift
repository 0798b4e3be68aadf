/// The header of a safetensors file, which tells where in the file each tensor is.
///
/// A file has eight bytes with the header's length, little-endian; the header, in JSON; and the tensors, in row-major
/// order, one after another (github.com/huggingface/safetensors, "Format"). The header is not trusted: all of it is
/// checked against the actual bytes before it is used, as the format's audit demands (Trail of Bits 2023).
package struct SafetensorsHeader: Equatable, Sendable {
    package let metadata: [String: String]
    /// In file order.
    package let tensors: [SafetensorsTensor]

    static let metadataKey = "__metadata__"
    /// As in the reference implementation.
    static let mostBytes = 100_000_000
    static let mostTensors = 100_000

    /// - Throws: `PerceptronError.invalidFile` unless the bytes, every one of them, are those of a safetensors file.
    package init(_ file: Span<UInt8>, path: String) throws(PerceptronError) {
        func failure(_ reason: String) -> PerceptronError { .invalidFile("\(path): \(reason)") }

        guard file.count >= 8 else {
            throw failure("a file of \(counted(file.count, "byte")) is not a safetensors file, which has at least 8")
        }
        var length: UInt64 = 0
        for index in (0..<8).reversed() { length = length << 8 | UInt64(file[index]) }
        guard length <= SafetensorsHeader.mostBytes else {
            throw failure(
                "not a safetensors file: its header would have \(counted(length, "byte")); at most "
                    + "\(SafetensorsHeader.mostBytes) are allowed")
        }
        guard length <= file.count - 8 else {
            throw failure("the header has \(counted(length, "byte")); the file has \(file.count - 8) after its length")
        }
        let start = 8 + Int(length)
        guard length > 0, file[8] == UInt8(ascii: "{") else { throw failure("the header does not begin with {") }

        let header: JSONValue
        do throws(JSONParser.Failure) {
            header = try JSONParser.parse(file.extracting(8..<start))
        } catch {
            throw error.located(path, from: 8)
        }
        let members = header.object ?? []
        guard members.count <= SafetensorsHeader.mostTensors else {
            throw failure(
                "the header has \(counted(members.count, "entry", "entries")); at most \(SafetensorsHeader.mostTensors) are allowed"
            )
        }

        var metadata: [String: String] = [:]
        var tensors: [SafetensorsTensor] = []
        for member in members {
            if member.key == SafetensorsHeader.metadataKey {
                guard let texts = member.value.object else { throw failure("\(member.key) is not an object") }
                for text in texts {
                    guard let value = text.value.string else {
                        throw failure("\(member.key) has a \"\(text.key)\" that is not a string")
                    }
                    metadata[text.key] = value
                }
            } else {
                do throws(SafetensorsTensor.Invalid) {
                    tensors.append(try SafetensorsTensor(member.key, member.value, from: start, end: file.count))
                } catch {
                    throw failure("tensor \"\(member.key)\": \(error.reason)")
                }
            }
        }

        // Empty tensors come before a tensor that begins in the same place.
        tensors.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
        var end = start
        for tensor in tensors {
            guard tensor.bytes.lowerBound == end else {
                throw failure(
                    "tensor \"\(tensor.name)\": begins at \(tensor.bytes.lowerBound - start), "
                        + "where the one before it ends at \(end - start)")
            }
            end = tensor.bytes.upperBound
        }
        guard end == file.count else {
            throw failure(
                "the tensors end at \(end - start), the file \(counted(file.count - end, "byte")) after that")
        }
        self.metadata = metadata
        self.tensors = tensors
    }
}
