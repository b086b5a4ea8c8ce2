package io.corale.node.outward.http;

import io.corale.node.provider.Authorities;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import javax.net.ssl.SSLException;

/** How servers prove who they are. */
public final class Trust {
  private Trust() {}

  /**
   * TLS as a client. Host names are checked against certificates, always.
   *
   * @param file of certificates in PEM that are trusted as well; empty: none
   * @throws IllegalArgumentException that names the setting, where the file cannot be used
   */
  public static SslContext client(String file) {
    try {
      return SslContextBuilder.forClient()
          .sslProvider(SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .endpointIdentificationAlgorithm("HTTPS")
          .trustManager(Authorities.with(file))
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
  }
}
