/// A checksum that tells data apart without keeping or sending it: FNV-1a, one number at a time.
struct Fingerprint {
    private(set) var bits: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ value: UInt64) { bits = (bits ^ value) &* 0x100_0000_01b3 }

    mutating func add(_ text: String) { for byte in text.utf8 { add(UInt64(byte)) } }

    mutating func add<Scalar: BLASScalar>(_ values: Span<Scalar>) {
        for index in values.indices { add(Double(values[index]).bitPattern) }
    }

    static func of(_ text: String) -> UInt64 {
        var fingerprint = Fingerprint()
        fingerprint.add(text)
        return fingerprint.bits
    }
}
