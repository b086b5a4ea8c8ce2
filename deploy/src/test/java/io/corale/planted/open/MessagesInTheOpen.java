package io.corale.planted.open;

import io.netty.handler.codec.http2.Http2Frame;

record MessagesInTheOpen(Http2Frame frame) {}
