/**
 * How much memory Go's allocator gives for a size: runtime/sizeclasses.go (the same from 1.19 to 1.23) and msize.go.
 */

/** The size classes of small objects, in bytes. */
const sizeClasses = [
  8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416,
  448, 480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200,
  3456, 4096, 4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384,
  18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768,
];
const maxSmallSize = 32768;
const pageSize = 8192;
/** From Go 1.22 on, objects with pointers that are larger than this have a header of 8 bytes before them. */
const largestWithoutHeader = 512;
const mallocHeaderSize = 8;

/**
 * `roundupsize`: how many bytes an allocation of `size` bytes really has for the program.
 *
 * @param noscan whether there are no pointers in it
 * @param minor the Go version 1.minor
 */
export function roundupsize(size: number, noscan: boolean, minor: number): number {
  const header = minor >= 22 && !noscan && size > largestWithoutHeader ? mallocHeaderSize : 0;
  const isSmall = minor >= 22 ? size <= maxSmallSize - mallocHeaderSize : size < maxSmallSize;
  if (!isSmall) {
    return Math.ceil(size / pageSize) * pageSize;
  }
  const sizeClass = sizeClasses.find((bytes) => bytes >= size + header) ?? maxSmallSize;
  return sizeClass - header;
}
