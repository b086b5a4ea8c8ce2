package io.corale.node.provider.grpc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.corale.flow.proto.ProtoMethod;

/** The methods that were called lately, by what describes them. Thread-safe. */
final class Methods {
  /** Of all compositions that a node leads; one is some dozen kilobytes. */
  private static final int MAX_METHODS = 256;

  private final Cache<String, ProtoMethod> methods =
      Caffeine.newBuilder().maximumSize(MAX_METHODS).executor(Runnable::run).build();

  /** Throws {@link IllegalArgumentException} where nothing can be read. */
  ProtoMethod of(String descriptor) {
    return methods.get(descriptor, ProtoMethod::of);
  }
}
