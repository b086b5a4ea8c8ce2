package io.corale.node.provider.http;

import com.google.protobuf.ByteString;
import io.corale.node.outward.http.Answers;
import io.corale.node.outward.http.Message;
import io.corale.node.outward.http.Origin;
import io.corale.node.outward.http.Reply;
import io.corale.node.outward.proof.Proof;
import io.corale.node.provider.Scheme;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * What replies mean to an attempt that authenticates itself: challenges are answered, and nothing
 * that is shown goes to another origin or into an outcome.
 */
final class ProvenAnswers implements Answers {
  private static final int UNAUTHORIZED = 401;

  private final Answers answers;
  private final Proof proof;
  private final Origin home;
  private final Supplier<String> nonce;

  /**
   * @param home to whom it is shown
   * @param nonce draws one for a digest
   */
  ProvenAnswers(Answers answers, Proof proof, Origin home, Supplier<String> nonce) {
    this.answers = answers;
    this.proof = proof;
    this.home = home;
    this.nonce = nonce;
  }

  @Override
  public Next read(Reply reply, Message sent, int messages) {
    boolean isFirstChallenge =
        reply.status() == UNAUTHORIZED
            && proof.scheme() instanceof Scheme.Digest
            && sent.origin().equals(home)
            && !sent.headers().containsKey(Proof.AUTHORIZATION);
    if (isFirstChallenge && proof.scheme() instanceof Scheme.Digest digest) {
      var challenge = DigestChallenge.of(reply.headers().getAll("WWW-Authenticate"));
      if (challenge.isPresent()) {
        return new Next.Elsewhere(
            answering(sent, challenge.get().answer(digest.login(), sent, nonce.get())));
      }
    }
    if (reply.status() == UNAUTHORIZED) {
      proof.disbelieved();
    }
    Next next = answers.read(isResult(reply) ? reply : scrubbed(reply), sent, messages);
    if (next instanceof Next.Elsewhere elsewhere) {
      boolean isHome = elsewhere.message().origin().equals(home);
      boolean isOfOneMessage = proof.scheme() instanceof Scheme.Digest;
      return isHome && !isOfOneMessage
          ? next
          : new Next.Elsewhere(
              isHome
                  ? unanswered(elsewhere.message())
                  : ProvenMessages.without(proof, elsewhere.message()));
    }
    return new Next.Ended(proof.scrubbed(((Next.Ended) next).outcome()));
  }

  private static boolean isResult(Reply reply) {
    return reply.status() >= 200 && reply.status() < 300;
  }

  /** Before anybody shortens it, which might leave half of a secret that nobody knows again. */
  private Reply scrubbed(Reply reply) {
    String text = reply.body().toStringUtf8();
    String scrubbed = proof.scrubbed(text);
    return scrubbed.equals(text)
        ? reply
        : new Reply(reply.status(), reply.headers(), ByteString.copyFromUtf8(scrubbed));
  }

  private static Message answering(Message sent, String authorization) {
    SortedMap<String, String> headers = Message.noHeaders();
    headers.putAll(sent.headers());
    headers.put(Proof.AUTHORIZATION, authorization);
    return new Message(sent.origin(), sent.method(), sent.path(), headers, sent.body());
  }

  /** A digest is of one message only. */
  private static Message unanswered(Message message) {
    SortedMap<String, String> headers = Message.noHeaders();
    headers.putAll(message.headers());
    headers.remove(Proof.AUTHORIZATION);
    return new Message(message.origin(), message.method(), message.path(), headers, message.body());
  }
}
