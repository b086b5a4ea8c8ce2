package io.corale.client;

import io.corale.model.InvocationId;
import java.security.SecureRandom;

/** Draws ids for callers that do not choose: 100 random bits as 20 letters and digits. */
final class InvocationIds {
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int LENGTH = 20;

  private final SecureRandom random = new SecureRandom();

  InvocationId draw() {
    StringBuilder id = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      id.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    }
    return new InvocationId(id.toString());
  }
}
