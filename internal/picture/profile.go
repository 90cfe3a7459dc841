package picture

import (
	"bytes"
	"compress/zlib"
	"io"
)

// usable is a colour profile that describes colours of a kind ("RGB ", "GRAY"); nil
// if it does not, or is not whole.
func usable(profile []byte, kind string) []byte {
	if len(profile) < 128 || int(be.Uint32(profile)) != len(profile) || string(profile[16:20]) != kind {
		return nil
	}
	return profile
}

// inflated is the profile that an iCCP chunk holds; nil if it is too large.
func inflated(chunk []byte) []byte {
	_, packed, ok := bytes.Cut(chunk, []byte{0})
	if !ok || len(packed) < 2 {
		return nil
	}
	r, err := zlib.NewReader(bytes.NewReader(packed[1:])) // after the method
	if err != nil {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(r, maxProfile+1))
	if err != nil || len(b) > maxProfile {
		return nil
	}
	return b
}

// withProfilePNG puts the profile after the header of a PNG.
func withProfilePNG(b []byte, info Info) []byte {
	profile := usable(info.profile, "RGB ")
	if profile == nil {
		return b
	}
	chunk := bytes.NewBufferString("ICC\x00\x00")
	z := zlib.NewWriter(chunk)
	_, _ = z.Write(profile) // a buffer takes everything
	_ = z.Close()
	const header = 8 + 25
	return bytes.Join([][]byte{b[:header], pngChunkOf("iCCP", chunk.Bytes()), b[header:]}, nil)
}

// withProfileJPEG puts the profile after the first marker of a JPEG.
func withProfileJPEG(b []byte, profile []byte) []byte {
	const most = 0xffff - 2 - 14
	count := (len(profile) + most - 1) / most
	out := append([]byte{}, b[:2]...)
	for i := range count {
		part := profile[i*most : min((i+1)*most, len(profile))]
		out = append(out, 0xff, 0xe2)
		out = be.AppendUint16(out, uint16(len(part)+16)) //nolint:gosec // at most 0xffff
		out = append(out, "ICC_PROFILE\x00"...)
		out = append(append(out, byte(i+1), byte(count)), part...) //nolint:gosec // one or two
	}
	return append(out, b[2:]...)
}
