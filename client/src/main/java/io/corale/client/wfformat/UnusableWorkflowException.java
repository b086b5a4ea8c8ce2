package io.corale.client.wfformat;

/** The recorded workflow cannot become a composition; the message says why and where. */
public final class UnusableWorkflowException extends Exception {
  UnusableWorkflowException(String message) {
    super(message);
  }
}
