/** The gate as it is installed, on a real API server: see {@code make e2e}. */
@org.jspecify.annotations.NullMarked
package dev.tidegate.e2e;
