package picture

import "encoding/binary"

// orientationTag is the tag of the orientation in the first directory of Exif.
const orientationTag = 0x0112

// orientation reads the orientation from the TIFF structure that Exif is; 1 if it
// has none that makes sense.
func orientation(tiff []byte) int {
	var order binary.ByteOrder
	switch {
	case len(tiff) < 8:
		return 1
	case string(tiff[:4]) == "II*\x00":
		order = binary.LittleEndian
	case string(tiff[:4]) == "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	count := int64(order.Uint16(tiff[at:]))
	for i := range count {
		entry := at + 2 + 12*i
		if entry+12 > int64(len(tiff)) {
			break
		}
		e := tiff[entry:]
		if order.Uint16(e) != orientationTag {
			continue
		}
		if v := int(order.Uint16(e[8:])); order.Uint16(e[2:]) == 3 && v >= 1 && v <= 8 {
			return v
		}
		break
	}
	return 1
}

// minimalExif is a TIFF structure that has an orientation and nothing else.
func minimalExif(orientation int) []byte {
	b := []byte("MM\x00*\x00\x00\x00\x08" + // header, first directory at 8
		"\x00\x01" + // one entry:
		"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00" + // orientation, one short
		"\x00\x00\x00\x00") // no next directory
	b[19] = byte(orientation) //nolint:gosec // 1 to 8
	return b
}
