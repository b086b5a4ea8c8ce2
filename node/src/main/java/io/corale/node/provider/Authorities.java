package io.corale.node.provider;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom this node believes to be who they say: those for whom an authority of the Java runtime
 * vouches, and those that the operator adds.
 */
public final class Authorities {
  private static final String SETTING = "http.trustedCertificates";

  private Authorities() {}

  /**
   * All of them.
   *
   * @param file of certificates in PEM that are trusted as well; empty: none
   * @throws IllegalArgumentException that names the setting, where the file cannot be used
   */
  public static TrustManagerFactory with(String file) {
    try {
      if (file.isEmpty()) {
        return factory(null);
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (TrustManager manager : factory(null).getTrustManagers()) {
        if (manager instanceof X509TrustManager known) {
          for (X509Certificate each : known.getAcceptedIssuers()) {
            store.setCertificateEntry("known-" + number++, each);
          }
        }
      }
      for (Certificate each : read(file)) {
        store.setCertificateEntry("added-" + number++, each);
      }
      return factory(store);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the certificates of this Java runtime cannot be read", e);
    }
  }

  private static TrustManagerFactory factory(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }

  private static Collection<? extends Certificate> read(String file) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      Collection<? extends Certificate> read =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (read.isEmpty()) {
        throw new IllegalArgumentException(SETTING + ": '" + file + "' holds no certificate");
      }
      return read;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          SETTING + ": '" + file + "' is no file of certificates in PEM: " + e.getMessage(), e);
    }
  }
}
