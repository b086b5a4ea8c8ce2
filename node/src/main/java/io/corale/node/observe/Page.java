package io.corale.node.observe;

/** What is answered at one path. */
public record Page(int status, String contentType, String text) {
  static final int OK = 200;
  static final int UNAVAILABLE = 503;

  private static final String JSON = "application/json";

  static Page metrics(String text) {
    return new Page(OK, Exposition.CONTENT_TYPE, text);
  }

  /** A health report; 503 is what load balancers and supervisors understand. */
  static Page of(Health health) {
    StringBuilder json = new StringBuilder("{\"status\":\"");
    json.append(health.isWell() ? "ok" : "unavailable").append("\",\"reasons\":[");
    for (int i = 0; i < health.reasons().size(); i++) {
      json.append(i == 0 ? "\"" : ",\"").append(escaped(health.reasons().get(i))).append('"');
    }
    json.append("]}\n");
    return new Page(health.isWell() ? OK : UNAVAILABLE, JSON, json.toString());
  }

  /** Our own sentences: names of cells are the most foreign that they hold. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
