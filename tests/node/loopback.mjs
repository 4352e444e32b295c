// Preloaded with `node --import`: a server told to listen on a port only binds every interface. Here it gets 127.0.0.1,
// and says where it listens, because with PORT=0 nobody else knows.
import net, { Server } from "node:net";

const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ...rest) {
  this.once("listening", () => process.stdout.write(`listening on 127.0.0.1:${this.address().port}\n`));
  const callback = rest.find((argument) => typeof argument === "function");
  // A handle and not a host: a host is looked up first, and some ask for the address in the same breath as they listen.
  return listen.call(this, net._createServerHandle("127.0.0.1", Number(port), 4), ...(callback ? [callback] : []));
};
