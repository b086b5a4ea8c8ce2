package io.corale.gossip;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.wire.Gossips;

/** Reads a NodeRecord; a simulation of many nodes shares what was read. */
@FunctionalInterface
public interface RecordReader {
  Gossips.NodeRecord read(ByteString content) throws InvalidProtocolBufferException;
}
