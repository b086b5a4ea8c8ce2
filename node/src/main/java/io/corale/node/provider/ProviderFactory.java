package io.corale.node.provider;

/** Opens a provider for a node; found by {@link java.util.ServiceLoader}. */
public interface ProviderFactory {
  /** The name by which accounts choose the provider, such as {@code http}. */
  String id();

  /**
   * Opens it. Throws {@link IllegalArgumentException}, naming the setting, where the operator's
   * settings for it cannot be used.
   */
  Provider open(ProviderSettings settings);
}
