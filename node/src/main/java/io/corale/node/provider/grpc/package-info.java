/** Methods of gRPC services, over HTTP/2. */
@org.jspecify.annotations.NullMarked
package io.corale.node.provider.grpc;
