/// Exact conversions of 16-bit numbers to Float. (Float16 is missing on some platforms, and bfloat16 on all.)
extension Float {
    /// IEEE 754's binary16: 1 bit sign, 5 bits exponent, 10 bits fraction.
    package init(half bits: UInt16) {
        let sign = UInt32(bits >> 15) << 31
        let exponent = UInt32(bits >> 10) & 0x1F
        let fraction = UInt32(bits) & 0x3FF
        switch exponent {
        case 0:
            let magnitude = Float(fraction) * 0x1p-24
            self = sign == 0 ? magnitude : -magnitude
        case 0x1F: self.init(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: self.init(bitPattern: sign | (exponent + 127 - 15) << 23 | fraction << 13)
        }
    }

    /// The upper half of a Float.
    package init(bfloat bits: UInt16) { self.init(bitPattern: UInt32(bits) << 16) }
}
