@testable import Perceptron

/// The bytes of files that hold arrays, made by hand.
enum ArrayBytes {
    static func npy(_ header: String, version: (UInt8, UInt8) = (1, 0), _ numbers: [UInt8] = []) -> [UInt8] {
        let length = little(header.utf8.count, bytes: version.0 == 1 ? 2 : 4)
        return NPYHeader.magic + [version.0, version.1] + length + Array(header.utf8) + numbers
    }

    static func npy(descr: String, isColumnMajor: Bool = false, shape: String, _ numbers: [UInt8]) -> [UInt8] {
        npy(
            "{'descr': '\(descr)', 'fortran_order': \(isColumnMajor ? "True" : "False"), 'shape': \(shape), }\n",
            numbers)
    }

    static func idx(_ kind: UInt8, _ sizes: [UInt32], _ numbers: [UInt8]) -> [UInt8] {
        [0, 0, kind, UInt8(sizes.count)] + sizes.flatMap { little(Int($0), bytes: 4).reversed() } + numbers
    }

    /// A zip archive of one entry that isn't packed; its sizes may be lies, its checksum is right.
    static func zip(
        _ name: String, _ bytes: [UInt8], method: Int = 0, flags: Int = 0, saysPacked: Int? = nil, says: Int? = nil
    ) -> [UInt8] {
        let common: [UInt8] =
            little(flags, bytes: 2) + little(method, bytes: 2) + [0, 0, 0x21, 0] + little(checksum(bytes), bytes: 4)
            + little(saysPacked ?? bytes.count, bytes: 4) + little(says ?? bytes.count, bytes: 4)
            + little(name.utf8.count, bytes: 2)
        let local = [0x50, 0x4b, 3, 4, 20, 0] + common + [0, 0] + Array(name.utf8) + bytes
        let central = [0x50, 0x4b, 1, 2, 20, 0, 20, 0] + common + [UInt8](repeating: 0, count: 16) + Array(name.utf8)
        return local + central + [0x50, 0x4b, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0] + little(central.count, bytes: 4)
            + little(local.count, bytes: 4) + [0, 0]
    }

    /// A gzip member whose bytes are stored, not packed.
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(65535)
            rest = rest.dropFirst(65535)
            result += [rest.isEmpty ? 1 : 0] + little(block.count, bytes: 2) + little(~block.count, bytes: 2) + block
        } while !rest.isEmpty
        return result + little(checksum(bytes), bytes: 4) + little(bytes.count, bytes: 4)
    }

    static func little(_ value: Int, bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// CRC-32 as gzip and zip have it.
    static func checksum(_ bytes: [UInt8]) -> Int {
        var sum: UInt32 = .max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
        }
        return Int(~sum)
    }
}
