// Package picture measures images, makes smaller ones and takes out what they
// should not tell.
package picture
