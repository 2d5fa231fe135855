"""Numbers of persons and their look-alikes, drawn by a seed, in the words that stand around them in work summaries."""

import random
from collections.abc import Iterator

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _digits(draw: random.Random, count: int) -> str:
    return "".join(draw.choice("0123456789") for _ in range(count))


def mobile(draw: random.Random) -> str:
    return f"1{draw.choice('3456789')}{_digits(draw, 9)}"


def card(draw: random.Random, prefix: str, length: int) -> str:
    """A number with the check digit of ISO/IEC 7812."""
    body = prefix + _digits(draw, length - len(prefix) - 1)
    doubled = [int(one) * (2 - n % 2) for n, one in enumerate(reversed(body))]
    return body + str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


def identity(draw: random.Random) -> str:
    """A number with the check sign of GB 11643, of a birthday that nobody has yet."""
    body = f"110101{draw.randrange(2090, 2100)}0101{_digits(draw, 3)}"
    return body + "10X98765432"[sum(int(a) * b for a, b in zip(body, WEIGHTS, strict=True)) % 11]


def persons(draw: random.Random) -> Iterator[str]:
    one, m = identity(draw), mobile(draw)
    long, bank = card(draw, "622202", 19), card(draw, "6228", 16)
    plate = f"{draw.choice('苏浙粤京')}{draw.choice('ABCDEFGH')}{_digits(draw, 5)}"
    yield from (
        f"身份证号码：{one}",
        f"公民身份号码{one}，",
        f"（身份证{one}）",
        f"张三，男，{one}，汉族",
        f"证件号码:{one.lower()}",
    )
    yield from (
        f"身份证 {one[:6]} {one[6:14]} {one[14:]}",
        f"男{one}汉",
        f"身份证号码：{one[:6]}-{one[6:14]}-{one[14:]}",
    )
    yield from (f"联系电话：{m}", f"手机{m}", f"联系人：张三 {m}", f"电话{m}（微信同号）", f"咨询：0571-88888888、{m}")
    yield from (
        f"请拨打{m}咨询",
        f"手机号+86{m}",
        f"手机号码：{m[:3]}-{m[3:7]}-{m[7:]}",
        f"电话：{m[:3]} {m[3:7]} {m[7:]}",
    )
    yield from (f"王主任（{m}）", f"QQ/微信：{m}", f"联系人李四,{m};", f"{m}@qq.com", f"电话{m[:3]}-{m[3:]}", f"☎{m}")
    yield from (
        f"银行卡号：{long}",
        f"账号{long}",
        f"卡号{bank[:4]} {bank[4:8]} {bank[8:12]} {bank[12:]}",
        f"汇款至{bank}",
    )
    yield from (f"邮箱：zhang{m[:3]}@example.com", f"E-mail:abc.{m[:2]}@gov.example.cn", "发至 kexie＠example.com")
    yield from (
        f"车牌号{plate}",
        f"驾驶{plate[:2]}·{plate[2:]}小型轿车",
        f"号牌为{plate[:2]}D{plate[2:]}的车辆",
        f"{plate}、{plate}",
    )


def things(draw: random.Random) -> Iterator[str]:
    m, bank, few = mobile(draw), card(draw, "622202", 16), str(draw.randrange(1, 200))
    for figure in ("产值", "财政收入", "合计 ", "总额：", "GDP ", "存款余额", "总人口", "人民币", "资产总计 "):
        yield f"{figure}{m}，比上年增长{few}%"
    for unit in ("元", "万元", "人次", "平方米", "千瓦时", "户", "册", "%", "吨"):
        yield f"全年完成{m}{unit}"
        yield f"共{bank}{unit}"
    for word in (
        "合同编号：",
        "订单号",
        "流水号：",
        "发票代码",
        "许可证号：",
        "备案号",
        "登记证号",
        "批准文号",
        "学籍",
        "图号",
        "ISBN ",
    ):
        yield f"{word}{m}"
        yield f"{word}{bank}"
    yield from (f"苏科协发〔2019〕{few}号", f"国发[2013]{few}号", f"〔2019〕{m}号", f"第{m}号", f"GB/T {m[:5]}-2009")
    yield from (
        "2019年1月1日至12月31日",
        "20190412",
        "201904121530",
        "20190101-20191231",
        f"2015-2019年{m[:4]}、{m[4:8]}",
    )
    yield from (
        f"统一社会信用代码91{_digits(draw, 15)}X",
        f"专利号ZL20161{_digits(draw, 7)}.3",
        f"坐标118.{m[:6]},32.{m[5:]}",
    )
    yield from (
        f"http://www.example.cn/a/{m}.html",
        "IP地址 192.168.1.1",
        f"{m[:4]},{m[4:7]},{m[7:]}",
        f"{m}.5",
        f"0.{m}",
    )
    yield from (
        f"川A股上市公司{few}家",
        "京A级旅行社",
        f"浙A类项目{few}项",
        f"苏北地区GDP{m[:6]}万元",
        f"沪A{m[:5]}元",
        "豫剧A12345场",
    )
    yield from ("@全体科协", "2@3", "图5-1", "身份证明材料320份", "银行卡6222张", f"手机{m[:4]}元", "服务热线12320")
