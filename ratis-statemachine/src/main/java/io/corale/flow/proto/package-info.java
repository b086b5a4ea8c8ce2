/** Descriptions of gRPC services: read, cut down to one method, and held against its arguments. */
@org.jspecify.annotations.NullMarked
package io.corale.flow.proto;
