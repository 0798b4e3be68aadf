/// The cyclic redundancy check with Castagnoli's polynomial, as in iSCSI (RFC 3720, appendix B.4).
enum CRC32C {
    /// The effect of each byte value on the remainder: the polynomial is 0x1EDC6F41, here with its bits reversed.
    private static let table = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { remainder, _ in remainder >> 1 ^ (remainder & 1 == 1 ? 0x82F6_3B78 : 0) }
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var remainder = UInt32.max
        for byte in bytes { remainder = remainder >> 8 ^ table[Int(UInt8(truncatingIfNeeded: remainder) ^ byte)] }
        return ~remainder
    }
}
