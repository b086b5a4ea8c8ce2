package io.corale.node.provider;

/** What the arguments of an attempt are. */
public enum CallForm {
  /** What a function gets, which the call's target names. */
  FUNCTION,
  /**
   * An HTTP request of the composition itself: <code>{method, uri, headers?, body?, output?,
   * redirect?}</code>. There is no target.
   */
  REQUEST,
  /**
   * A call of a gRPC method: <code>{host, port?, service, method, arguments}</code>. The target has
   * its {@code descriptor}, a {@code google.protobuf.FileDescriptorProto} in base64.
   */
  RPC
}
